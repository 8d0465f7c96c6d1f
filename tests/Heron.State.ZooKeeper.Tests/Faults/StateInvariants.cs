// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Testing;

namespace Heron.State.ZooKeeper.Tests.Faults;

/// <summary>What must hold of a topology's nodes whatever happens.</summary>
internal static class StateInvariants
{
    /// <summary>The topology's id when all its nodes are there and belong together, null when none is there.</summary>
    /// <exception cref="InvalidOperationException">It is half there.</exception>
    public static async Task<string?> IdOfAsync(ZooKeeperStore store, string name)
    {
        await store.Observer.SyncAsync();
        byte[]?[] nodes =
        [
            await store.ReadAsync("topologies/" + name),
            await store.ReadAsync("executionstate/" + name),
            await store.ReadAsync("packingplans/" + name),
        ];
        if (nodes.All(n => n is null))
        {
            return null;
        }

        if (nodes.Any(n => n is null))
        {
            throw new InvalidOperationException($"topology {name} is half there");
        }

        string id = Topology.Parser.ParseFrom(nodes[0]).Id;
        if (ExecutionState.Parser.ParseFrom(nodes[1]).TopologyId != id || PackingPlan.Parser.ParseFrom(nodes[2]).Id != id)
        {
            throw new InvalidOperationException($"the nodes of topology {name} do not belong together");
        }

        return id;
    }

    /// <summary>Waits until no node of the topology is there.</summary>
    public static Task UntilGoneAsync(ZooKeeperStore store, string name) => Poll.UntilAsync(
        async () => await store.ReadAsync("topologies/" + name) is null && await IdOfAsync(store, name) is null,
        () => $"topology {name} is not removed");
}
