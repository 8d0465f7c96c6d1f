// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>The three nodes that make a topology, as they are written.</summary>
internal sealed class RegisteredNodes
{
    private readonly StatePaths _paths;
    private readonly IReadOnlyList<Acl> _acl;
    private readonly byte[] _topology;
    private readonly byte[] _packingPlan;
    private readonly byte[] _executionState;

    public RegisteredNodes(StatePaths paths, TopologyRegistration registration, IReadOnlyList<Acl> acl)
    {
        _paths = paths;
        _acl = acl;
        Name = registration.Topology.Name;
        Id = registration.Topology.Id;
        _topology = StoredTopology.From(registration).ToByteArray();
        _packingPlan = registration.PackingPlan.ToByteArray();
        _executionState = registration.ExecutionState.ToByteArray();
    }

    public string Name { get; }

    public string Id { get; }

    public int Size => _topology.Length + _packingPlan.Length + _executionState.Length;

    /// <summary>
    /// Creates all of them, or fails when one exists. What marks the topology as running comes last: ZooKeeper applies a
    /// transaction at once, but nothing here has to rely on it.
    /// </summary>
    public IReadOnlyList<Operation> Create(StateTree tree) =>
    [
        .. tree.Checks(_paths.PackingPlans, _paths.ExecutionStates, _paths.Topologies),
        Operation.Create(_paths.PackingPlan(Name), _packingPlan, acl: _acl),
        Operation.Create(_paths.ExecutionState(Name), _executionState, acl: _acl),
        Operation.Create(_paths.Topology(Name), _topology, acl: _acl),
    ];

    /// <summary>The same in place of what an interrupted operation of some tool left, which belongs to no topology.</summary>
    public IReadOnlyList<Operation> Replace(StateTree tree, OwnedNodes leftovers)
    {
        // What lies below a node has to go before it.
        var operations = leftovers.Others.Select(path => Operation.Delete(path)).ToList();
        if (leftovers.PackingPlan is not null)
        {
            operations.Add(Operation.Delete(_paths.PackingPlan(Name)));
        }

        if (leftovers.ExecutionState is not null)
        {
            operations.Add(Operation.Delete(_paths.ExecutionState(Name)));
        }

        return [.. operations, .. Create(tree)];
    }
}
