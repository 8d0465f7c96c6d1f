// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Testing;
using Heron.ZooKeeper.Tests.Fakes;

namespace Heron.ZooKeeper.Tests.Faults;

/// <summary>
/// Constant use of one client, such that every lost, doubled or invented effect shows: a counter whose data must always equal
/// its version, numbered nodes that must exist exactly once for each success, and a watch that must show the last value.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ZooKeeperClient _client;
    private readonly bool _queue;
    private readonly bool _garbage;
    private readonly List<string> _created = [];
    private readonly Task _writing;
    private readonly Task _watching;
    private int _counted;
    private int _observed = -1;

    private Workload(ZooKeeperClient client, bool queue, bool garbage)
    {
        _client = client;
        _queue = queue;
        _garbage = garbage;
        _writing = Task.Run(WriteAsync);
        _watching = Task.Run(WatchAsync);
    }

    public int Counted => Volatile.Read(ref _counted);

    public int Failures { get; private set; }

    /// <param name="client">The client to put under load.</param>
    /// <param name="queue">Whether to create numbered ephemeral nodes, too; not where sessions are meant to end.</param>
    /// <param name="garbage">Whether answers may be wrong without showing it: the protocol has no checksums.</param>
    public static async Task<Workload> StartAsync(ZooKeeperClient client, bool queue = true, bool garbage = false)
    {
        await client.CreateOrVerifyAsync("/counter", "0"u8.ToArray());
        await client.CreateOrVerifyAsync("/queue");
        var workload = new Workload(client, queue, garbage);
        await workload.ProgressAsync();
        return workload;
    }

    /// <summary>Waits until more work gets done than has been by now: the client has recovered alone.</summary>
    public async Task ProgressAsync()
    {
        int target = Counted + 5;
        await Poll.UntilAsync(() => Counted >= target || _writing.IsCompleted || _watching.IsCompleted, $"no progress beyond {Counted}; state {_client.Status}");
        Assert.False(_writing.IsCompleted, _writing.Exception?.ToString());
        Assert.False(_watching.IsCompleted, _watching.Exception?.ToString());
    }

    /// <summary>Stops, and compares what was reported with what is there.</summary>
    public async Task CheckAsync(ZooKeeperClient direct)
    {
        await _stop.CancelAsync();
        await _writing.WaitAsync(Poll.Limit);
        await direct.SyncAsync();
        NodeData counter = await direct.GetDataAsync("/counter");
        int value = int.Parse(Encoding.UTF8.GetString(counter.Data), CultureInfo.InvariantCulture);
        Assert.Equal(value, counter.Stat.Version);
        Assert.True(value >= Counted, $"{Counted} successes, but the counter stands at {value}");
        await Poll.UntilAsync(() => Volatile.Read(ref _observed) == value, $"the watch never showed the last value {value}");
        if (_queue)
        {
            string[] wanted = [.. _created.Order()];
            string[] there = [];
            await Poll.UntilAsync(
                async () => (there = [.. (await direct.GetChildrenAsync("/queue")).Names.Order()]).SequenceEqual(wanted),
                () => $"{wanted.Length} nodes were created, {there.Length} are there; too many: {string.Join(' ', there.Except(wanted))}; missing: {string.Join(' ', wanted.Except(there))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _client.DisposeAsync();
        await Task.WhenAll(_writing, _watching).ContinueWith(_ => { }, TaskScheduler.Default).Soon();
    }

    private async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                int version = (await _client.GetDataAsync("/counter")).Stat.Version;
                await _client.SetIfVersionAsync("/counter", Encoding.UTF8.GetBytes((version + 1).ToString(CultureInfo.InvariantCulture)), version);
                Volatile.Write(ref _counted, version + 1);
                if (_queue && version % 3 == 0)
                {
                    _created.Add(NodePath.Name(await _client.CreateProtectedAsync("/queue", "n-")));
                }
            }
            catch (ZooKeeperException e) when (_garbage || e.Code is not ErrorCode.BadVersion)
            {
                Failures++;
            }
        }
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            try
            {
                await ObserveAsync();
            }
            catch (ZooKeeperServerException) when (_garbage)
            {
                // An error code that no server sent: users see it and watch again.
                Failures++;
            }
        }
    }

    private async Task ObserveAsync()
    {
        await foreach (NodeData? data in _client.WatchDataAsync("/counter"))
        {
            bool readable = int.TryParse(Encoding.UTF8.GetString(data?.Data ?? []), CultureInfo.InvariantCulture, out int value);
            Assert.True(readable || _garbage || data is null, "the watch shows what nobody wrote");
            Volatile.Write(ref _observed, readable ? value : -1);
        }
    }
}
