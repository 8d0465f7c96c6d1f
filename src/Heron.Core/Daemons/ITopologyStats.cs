// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Core.Daemons;

/// <summary>
/// Metrics and exceptions of running topologies, from their topology manager or, where that is away or knows nothing yet,
/// from their metrics cache. Every method answers or fails within two seconds when a daemon hangs.
/// </summary>
public interface ITopologyStats
{
    /// <summary>Metrics of one component.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Unavailable"/>: neither of the daemons is there; <see cref="FaultKind.BadGateway"/>: what came
    /// is no answer, or they say to be where the scheduler does not run them.
    /// </exception>
    Task<MetricAnswer> GetMetricsAsync(
        TopologyIdentity topology, MetricQuestion question, CancellationToken cancellationToken);

    /// <summary>Exceptions that instances of a component reported.</summary>
    /// <param name="topology">Which topology.</param>
    /// <param name="component">Whose exceptions.</param>
    /// <param name="instances">Ids; none for all.</param>
    /// <param name="summary">Whether to have one entry a class of exceptions instead of each with its stack trace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the component is not known, or there is no report of it yet.</returns>
    /// <exception cref="HeronException">As for <see cref="GetMetricsAsync"/>.</exception>
    Task<IReadOnlyList<ExceptionEntry>?> GetExceptionsAsync(
        TopologyIdentity topology,
        string component,
        IReadOnlyList<string> instances,
        bool summary,
        CancellationToken cancellationToken);

    /// <summary>Which stream managers have registered with the topology manager, which alone knows.</summary>
    /// <exception cref="HeronException">As for <see cref="GetMetricsAsync"/>.</exception>
    Task<StreamManagers> GetStreamManagersAsync(TopologyIdentity topology, CancellationToken cancellationToken);
}
