// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad;
using Heron.Scheduler.Nomad.Tests.Support;

/// <summary>The scheduler, with so many requests at once.</summary>
internal sealed class OurWay(string uri, int parallelism) : IWay
{
    private readonly NomadScheduler _scheduler = Deployments.Scheduler(
        uri, (NomadKeys.Parallelism, parallelism.ToString(CultureInfo.InvariantCulture)));

    private TopologyDeployment? _deployment;

    public string Name => parallelism == 1 ? "one after another" : $"{parallelism} at once";

    public Task PrepareAsync(int containers)
    {
        _deployment = Deployments.Make(containers);
        return Task.CompletedTask;
    }

    public Task SubmitAsync() => _scheduler.ScheduleAsync(_deployment!, default);

    public Task RestartAsync() => _scheduler.RestartAsync(Deployments.Identity, null, default);

    public Task KillAsync() => _scheduler.KillAsync(Deployments.Identity, default);

    public Task CleanUpAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => _scheduler.DisposeAsync();
}
