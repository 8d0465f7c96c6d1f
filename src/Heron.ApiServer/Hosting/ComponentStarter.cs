using Heron.ApiServer.Files;
using Heron.Core.Scheduling;
using Heron.Core.State;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Opens the store, the state manager and the scheduler before the first request is taken. None of them waits for another
/// server, so the server starts while ZooKeeper or Nomad is down.
/// </summary>
internal sealed class ComponentStarter(PackageStore store, IStateManager state, IScheduler scheduler) : IHostedService
{
    /// <summary>The folder whose sweep comes with opening it.</summary>
    public string StoreFolder => store.Folder;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await state.StartAsync(cancellationToken);
        await scheduler.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
