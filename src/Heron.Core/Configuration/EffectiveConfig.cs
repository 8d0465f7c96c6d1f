namespace Heron.Core.Configuration;

/// <summary>
/// One configuration seen from two places: paths of the server's machine (<paramref name="Local"/>) and paths inside a
/// container (<paramref name="Cluster"/>).
/// </summary>
/// <param name="Local">What the server itself uses.</param>
/// <param name="Cluster">What reaches the executor's command line.</param>
public sealed record EffectiveConfig(HeronConfig Local, HeronConfig Cluster)
{
    /// <summary>
    /// What a node is told about itself: as <see cref="Local"/>, but the home folder, which differs from node to node, stays
    /// <c>~</c> for the node to replace.
    /// </summary>
    public HeronConfig Node { get; init; } = Local;

    /// <summary>The same with one setting, in every view.</summary>
    public EffectiveConfig With(string key, string value)
    {
        KeyValuePair<string, object?>[] setting = [new(key, value)];
        return new EffectiveConfig(Local.With(setting), Cluster.With(setting)) { Node = Node.With(setting) };
    }
}
