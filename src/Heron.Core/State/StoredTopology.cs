using Heron.Core.Protobuf;

namespace Heron.Core.State;

/// <summary>The form of a definition that is kept in the state manager.</summary>
public static class StoredTopology
{
    /// <summary>
    /// A copy without the serialized object of each spout and bolt: they make definitions large, and only the copy in
    /// the topology package is ever run.
    /// </summary>
    public static Topology From(Topology definition)
    {
        var stored = definition.Clone();
        foreach (var component in stored.Spouts.Select(s => s.Comp).Concat(stored.Bolts.Select(b => b.Comp)))
        {
            component?.ClearSerializedObject();
        }

        return stored;
    }
}
