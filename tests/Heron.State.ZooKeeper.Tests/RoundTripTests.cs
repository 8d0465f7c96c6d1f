// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Heron.Core.State;
using Heron.Testing.State;
using Heron.Testing.ZooKeeper;
using Heron.Testing;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

/// <summary>What the state manager asks of ZooKeeper, counted; alone, because the counter is that of the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class RoundTripTests(SharedZooKeeper shared) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly MeterListener _listener = new();
    private ZooKeeperStore? _store;

    private ZooKeeperStore Store => _store ?? throw new InvalidOperationException("not initialised");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await ZooKeeperStore.CreateAsync(shared.Server.ConnectionString);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ZooKeeperMetrics.MeterName && instrument.Name == "zookeeper.client.request.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "op")
                {
                    _requests.Enqueue((string)tag.Value!);
                }
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Store.DisposeAsync();
    }

    [Fact]
    public async Task Registering_a_topology_is_one_request()
    {
        await using var manager = await OpenAsync();
        _listener.Start();

        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);

        Assert.Equal(["Multi"], _requests);
    }

    [Fact]
    public async Task Changing_the_packing_plan_and_setting_the_scheduler_location_are_one_request_each()
    {
        await using var manager = await OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        _listener.Start();

        await manager.SetPackingPlanAsync("a", Samples.Plan("a-id", 2), Token);
        await manager.SetSchedulerLocationAsync(Samples.Scheduler("a"), Token);

        Assert.Equal(["Multi", "Multi"], _requests);
    }

    [Fact]
    public async Task Unregistering_writes_once()
    {
        await using var manager = await OpenAsync();
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        _listener.Start();

        await manager.UnregisterTopologyAsync("a", null, Token);

        Assert.Equal("Multi", _requests.Last());
        Assert.DoesNotContain(_requests.SkipLast(1), op => op is "Multi" or "Create" or "Create2" or "Delete" or "SetData");
    }

    [Fact]
    public async Task Waiting_asks_once_for_each_change_and_never_in_between()
    {
        await using var manager = await OpenAsync();
        using var looked = new SemaphoreSlim(0);
        _listener.Start();
        var wait = manager.WaitForPhysicalPlanAsync(
            "a",
            plan =>
            {
                looked.Release();
                return plan is not null;
            },
            Poll.Limit,
            Token);
        await looked.WaitAsync(Token);
        Assert.Equal(["GetData", "Exists"], _requests);

        // Other nodes may change as they like.
        await manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        _requests.Clear();
        Assert.Equal(0, looked.CurrentCount);

        await Store.Observer.CreateAsync(Store.Paths.PhysicalPlan("a"), Google.Protobuf.MessageExtensions.ToByteArray(Samples.Physical("a", "a-id")));
        await wait;

        Assert.Single(_requests, "GetData");
    }

    /// <summary>A manager whose start is over: answers come in the order of requests, so all earlier ones are counted.</summary>
    private async Task<IStateManager> OpenAsync()
    {
        var manager = await Store.OpenAsync();
        await manager.ListTopologiesAsync(Token);
        return manager;
    }
}

/// <summary>Tests that nothing may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
