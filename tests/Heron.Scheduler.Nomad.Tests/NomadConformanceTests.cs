// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.Scheduling;

namespace Heron.Scheduler.Nomad.Tests;

/// <summary>The scheduler over a scripted Nomad whose tasks are real processes.</summary>
public sealed class NomadConformanceTests : SchedulerConformance
{
    protected override async Task<ISchedulerStage> OpenStageAsync() =>
        new NomadStage(await ScriptedNomad.StartAsync(new() { RunsTasks = true }));

    private sealed class NomadStage(ScriptedNomad nomad) : ISchedulerStage
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("nomad-test-").FullName;

        public async Task<IScheduler> OpenAsync()
        {
            var script = Path.Join(_folder, "start.sh");
            await File.WriteAllTextAsync(script, "exec sleep 600\n");
            return Deployments.Scheduler(nomad, (NomadKeys.JobTemplate, script));
        }

        public TopologyDeployment Deployment(string name, int containers, string role = "ops") =>
            Deployments.Make(containers, new TopologyIdentity("nomad", role, "devel", name, name + "-0001"));

        public Task RunsAsync(TopologyIdentity topology, params int[] containers) => Poll.UntilAsync(
            () => nomad.Allocations()
                .Where(a => a.ClientStatus == "running" && a.DesiredStatus == "run" && a.JobId.StartsWith(topology.Id + "-", StringComparison.Ordinal))
                .Select(a => int.Parse(a.JobId[(topology.Id.Length + 1)..]))
                .Order().SequenceEqual(containers),
            $"containers {string.Join(", ", containers)} of {topology.Id}");

        public Task<bool> LoseAsync(TopologyIdentity topology, int container)
        {
            nomad.Deregister($"{topology.Id}-{container}");
            return Task.FromResult(true);
        }

        public async ValueTask DisposeAsync()
        {
            await nomad.DisposeAsync();
            Scratch.Delete(_folder);
        }
    }
}
