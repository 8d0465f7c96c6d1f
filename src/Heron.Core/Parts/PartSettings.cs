// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Heron.Core.Parts;

/// <summary>What parts read their options from, at the start.</summary>
/// <param name="Config">
/// The server's own view of the configuration, with the cluster filled in; tokens of single requests, such as
/// <c>${TOPOLOGY_ID}</c>, still stand in it.
/// </param>
/// <param name="Cluster">The cluster that the server serves.</param>
/// <param name="Host">The machine.</param>
/// <param name="Variable">Looks an environment variable up; null when it is not set.</param>
public sealed record PartSettings(HeronConfig Config, string Cluster, HostEnvironment Host, Func<string, string?> Variable)
{
    /// <summary>The same as nodes are told it; see <see cref="EffectiveConfig.Node"/>.</summary>
    public HeronConfig Node { get; init; } = Config;
}

/// <summary>What parts are made with, once everything is read.</summary>
/// <param name="Loggers">Makes the log of a part.</param>
/// <param name="Time">The clock.</param>
/// <param name="Core">What the heron-core of this cluster's containers is like.</param>
/// <param name="Services">What the program itself offers, such as the store of packages.</param>
public sealed record PartTools(ILoggerFactory Loggers, TimeProvider Time, HeronCoreGeneration Core, IServiceProvider Services)
{
    /// <summary>Something that the program offers.</summary>
    /// <exception cref="InvalidOperationException">The program does not offer it: a mistake of who put it together.</exception>
    public T Service<T>()
        where T : class => Services.GetService(typeof(T)) as T
            ?? throw new InvalidOperationException($"the program offers no {typeof(T).Name} to its parts");
}
