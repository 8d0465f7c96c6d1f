// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Stats;

/// <summary>
/// Finds the two daemons of container 0 that keep metrics, and asks the topology manager first: it is always there, and the
/// numbers of Heron's own tools come from it. The metrics cache serves when the manager is away, or has nothing since it was
/// restarted.
/// </summary>
public sealed class TopologyStats(IStateManager state, ContainerNodes nodes, StatsClient client) : ITopologyStats
{
    // Together no longer than one daemon alone may take.
    private static readonly DaemonLimits First = DaemonLimits.Quick with { Silence = TimeSpan.FromSeconds(1) };
    private static readonly DaemonLimits Second = DaemonLimits.Quick with { Silence = TimeSpan.FromSeconds(0.8) };

    /// <inheritdoc/>
    public Task<MetricAnswer> GetMetricsAsync(
        TopologyIdentity topology, MetricQuestion question, CancellationToken cancellationToken) =>
        AskAsync(
            topology,
            (from, limits) => client.GetMetricsAsync(from, question, limits, cancellationToken),
            a => a.IsKnown,
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ExceptionEntry>?> GetExceptionsAsync(
        TopologyIdentity topology,
        string component,
        IReadOnlyList<string> instances,
        bool summary,
        CancellationToken cancellationToken) =>
        AskAsync(
            topology,
            (from, limits) => client.GetExceptionsAsync(from, component, instances, summary, limits, cancellationToken),
            e => e is not null,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<StreamManagers> GetStreamManagersAsync(TopologyIdentity topology, CancellationToken cancellationToken)
    {
        var manager = StatsAddress.Of(
            await state.GetTManagerLocationAsync(topology.Name, cancellationToken),
            await nodes.OfAsync(topology, 0, cancellationToken));
        return manager is null
            ? throw Nobody(topology)
            : await client.GetStreamManagersAsync(manager, DaemonLimits.Quick, cancellationToken);
    }

    private static HeronException Nobody(TopologyIdentity topology) => new(
        FaultKind.Unavailable,
        $"No topology manager of {topology.Name} is registered: its container 0 is starting or does not run; try again in a "
        + "moment, or look at container 0");

    private async Task<T> AskAsync<T>(
        TopologyIdentity topology,
        Func<StatsAddress, DaemonLimits, Task<T>> ask,
        Func<T, bool> isAnswer,
        CancellationToken cancellationToken)
    {
        var managerLocation = state.GetTManagerLocationAsync(topology.Name, cancellationToken);
        var cacheLocation = state.GetMetricsCacheLocationAsync(topology.Name, cancellationToken);
        var allowed = await nodes.OfAsync(topology, 0, cancellationToken);
        var manager = StatsAddress.Of(await managerLocation, allowed);
        var cache = StatsAddress.Of(await cacheLocation, allowed);
        return (manager, cache) switch
        {
            (null, null) => throw Nobody(topology),
            (null, { } only) => await ask(only, DaemonLimits.Quick),
            ({ } only, null) => await ask(only, DaemonLimits.Quick),
            ({ } first, { } second) => await AskBothAsync(() => ask(first, First), () => ask(second, Second), isAnswer),
        };
    }

    private static async Task<T> AskBothAsync<T>(Func<Task<T>> first, Func<Task<T>> second, Func<T, bool> isAnswer)
    {
        T answer;
        try
        {
            answer = await first();
            if (isAnswer(answer))
            {
                return answer;
            }
        }
        catch (DaemonException fault)
        {
            try
            {
                return await second();
            }
            catch (DaemonException)
            {
                // The topology manager's fault is the one to mend.
                throw fault;
            }
        }

        try
        {
            return await second();
        }
        catch (DaemonException)
        {
            return answer;
        }
    }
}
