// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Packages.Store;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Opens the store, the state manager and the scheduler before the first request is taken. None of them waits for another
/// server, so the server starts while ZooKeeper or Nomad is down.
/// </summary>
internal sealed class ComponentStarter(PackageStore store, IStateManager state, IScheduler scheduler, TimeProvider time) : IHostedService
{
    // Enough to read some ten thousand packages. A store with more of them is read on while requests are answered.
    private static readonly TimeSpan WaitForStore = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await state.StartAsync(cancellationToken);
        await scheduler.StartAsync(cancellationToken);
        await Task.WhenAny(store.Ready, Task.Delay(WaitForStore, time, cancellationToken));
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
