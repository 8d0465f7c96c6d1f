// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.StandInCore.State;
using Heron.StandInCore.Streams;

namespace Heron.StandInCore.Manager;

/// <summary>What a topology manager knows: who is there, and the physical plan made of it.</summary>
public sealed class TopologyManager(ICoreState state, PackingPlan packing, string topologyId)
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, StreamRegistration> _streams = new(StringComparer.Ordinal);
    private Topology? _topology;

    public string TopologyId => topologyId;

    /// <summary>What the instances do.</summary>
    public Traffic Traffic { get; } = new();

    public PhysicalPlan? Plan
    {
        get;
        private set
        {
            field = value;
            if (value is not null)
            {
                Traffic.Note(value.Topology.State, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            }
        }
    }

    public bool IsComplete => _streams.Count == packing.ContainerPlans.Count;

    /// <summary>What passes between writing a plan and knowing it.</summary>
    public Func<Task> PlanIsKnown { get; init; } = static () => Task.CompletedTask;

    /// <summary>The definition, and the plan that an earlier manager has left: it keeps the topology's state.</summary>
    public async Task LoadAsync(string name, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _topology = await state.GetTopologyAsync(name, cancellationToken)
                ?? throw new RefusedException($"there is no topology {name}");
            Plan = await state.GetPhysicalPlanAsync(name, cancellationToken);
            await PublishAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A stream manager came.</summary>
    /// <returns>Whether the packing plan has a place for it.</returns>
    public async Task<bool> AddAsync(StreamRegistration registration, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (packing.ContainerPlans.All(c => $"stmgr-{c.Id}" != registration.Manager.Id))
            {
                return false;
            }

            _streams[registration.Manager.Id] = registration;
            await PublishAsync(cancellationToken);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A stream manager went; one that came again in the meantime stays.</summary>
    public async Task RemoveAsync(StreamRegistration registration, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_streams.TryGetValue(registration.Manager.Id, out var there) && ReferenceEquals(there, registration))
            {
                _streams.Remove(registration.Manager.Id);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes the plan and publishes it, unless the change says that it may not be.</summary>
    public async Task<bool> ChangeAsync(Func<PhysicalPlan, bool> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var plan = Plan!.Clone();
            if (!change(plan))
            {
                return false;
            }

            await state.SetPhysicalPlanAsync(plan, cancellationToken);
            Plan = plan;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var instances = _streams.Values.Sum(s => s.Instances.Count);
        if (_topology is null || !IsComplete || instances != packing.ContainerPlans.Sum(c => c.InstancePlans.Count))
        {
            return;
        }

        // Without an earlier plan the topology begins in the state that it was submitted with.
        var plan = new PhysicalPlan { Topology = (Plan?.Topology ?? _topology).Clone() };
        plan.Stmgrs.AddRange(_streams.Values.Select(s => s.Manager));
        plan.Instances.AddRange(_streams.Values.SelectMany(s => s.Instances));

        // In this order, like the real one: whoever sees the plan in the state and asks for a change at once comes too early.
        await state.SetPhysicalPlanAsync(plan, cancellationToken);
        await PlanIsKnown();
        Plan = plan;
    }
}
