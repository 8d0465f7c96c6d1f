// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>
/// One configuration seen from two places: paths of the server's machine (<paramref name="Local"/>) and paths inside a
/// container (<paramref name="Cluster"/>).
/// </summary>
/// <param name="Local">What the server itself uses.</param>
/// <param name="Cluster">The same with Heron's folders as a container has them; homes are those of the server's machine.</param>
public sealed record EffectiveConfig(HeronConfig Local, HeronConfig Cluster)
{
    /// <summary>
    /// What a node is told about itself: as <see cref="Local"/>, but the home folder, which differs from node to node, stays
    /// <c>~</c> for the node to replace.
    /// </summary>
    public HeronConfig Node { get; init; } = Local;

    /// <summary>
    /// What the executor's command line is made of: as <see cref="Cluster"/>, but the home folder stays <c>~</c>, except in the
    /// state's place, which has to be the same for everybody.
    /// </summary>
    public HeronConfig Executor { get; init; } = Cluster;

    /// <summary>The same with one setting, in every view.</summary>
    public EffectiveConfig With(string key, string value)
    {
        KeyValuePair<string, object?>[] setting = [new(key, value)];
        return new EffectiveConfig(Local.With(setting), Cluster.With(setting))
        {
            Node = Node.With(setting),
            Executor = Executor.With(setting),
        };
    }
}
