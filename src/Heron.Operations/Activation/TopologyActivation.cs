// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Operations.Running;

namespace Heron.Operations.Activation;

/// <summary>Lets a topology run or pause because somebody asks for it.</summary>
public sealed class TopologyActivation(OperationRunner runner, TopologyStates states, IJournal journal)
{
    private static readonly OperationKind Activate = new("activate", GivesWay: true);
    private static readonly OperationKind Deactivate = new("deactivate", GivesWay: true);

    /// <summary>Lets the topology's spouts run.</summary>
    /// <exception cref="HeronException">There is no such topology, or see <see cref="TopologyStates.ActivateAsync"/>.</exception>
    public Task<StateChange> ActivateAsync(TopologyAddress address, Caller caller, CancellationToken callerLeft) =>
        RunAsync(Activate, address, caller, states.ActivateAsync, runs: true, callerLeft);

    /// <summary>Stops the topology's spouts.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>.</exception>
    public Task<StateChange> DeactivateAsync(TopologyAddress address, Caller caller, CancellationToken callerLeft) =>
        RunAsync(Deactivate, address, caller, states.DeactivateAsync, runs: false, callerLeft);

    private Task<StateChange> RunAsync(
        OperationKind operation,
        TopologyAddress address,
        Caller caller,
        Func<string, CancellationToken, Task<StateChange>> change,
        bool runs,
        CancellationToken callerLeft) => runner.RunAsync(
            operation,
            caller,
            address,
            async (topology, token) =>
            {
                var result = await change(topology.Identity.Name, token);
                await KeepAfterUpdateAsync(topology, runs, token);
                return result;
            },
            callerLeft);

    /// <summary>What a person asked for last holds when an unfinished update is brought to its end.</summary>
    private async Task KeepAfterUpdateAsync(RunningTopology topology, bool runs, CancellationToken cancellationToken)
    {
        foreach (var entry in await journal.UnfinishedUpdatesAsync(topology.Identity, cancellationToken))
        {
            await entry.ReplaceAsync((UpdateIntent)entry.Intent with { RunsAfterwards = runs }, cancellationToken);
        }
    }
}
