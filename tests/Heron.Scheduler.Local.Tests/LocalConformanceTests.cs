// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;
using Heron.Testing.Scheduling;

namespace Heron.Scheduler.Local.Tests;

/// <summary>The scheduler with real processes.</summary>
public sealed class LocalConformanceTests : SchedulerConformance
{
    protected override Task<ISchedulerStage> OpenStageAsync() => Task.FromResult<ISchedulerStage>(new LocalStage());

    private sealed class LocalStage : ISchedulerStage
    {
        private readonly LocalMachine _machine = new();

        public async Task<IScheduler> OpenAsync() => await _machine.StartServerAsync();

        public TopologyDeployment Deployment(string name, int containers, string role = "ops") => _machine.Deployment(name, containers);

        public Task RunsAsync(TopologyIdentity topology, params int[] containers) => Poll.UntilAsync(
            () => _machine.Running(topology).Select(ContainerMark.ContainerIn).Order().SequenceEqual(containers),
            $"containers {string.Join(", ", containers)} of {topology.Id}");

        // A process that goes away is started again, and who removes its files has taken over the scheduler's work.
        public Task<bool> LoseAsync(TopologyIdentity topology, int container) => Task.FromResult(false);

        public ValueTask DisposeAsync() => _machine.DisposeAsync();
    }
}
