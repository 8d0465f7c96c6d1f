// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.Testing;
using Heron.Testing.State;
using Heron.ZooKeeper;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.State.ZooKeeper.Tests;

/// <summary>The state below a chroot that did not exist before, seen through sessions of its own.</summary>
public sealed class ZooKeeperStore : IStateStore
{
    private const string Root = "/heron";

    private const int LargestFrame = 900_000;

    private readonly string _connection;
    private readonly ZooKeeperClient _observer;
    private readonly TimeSpan _sessionTimeout;

    private ZooKeeperStore(string connection, TimeSpan sessionTimeout)
    {
        _connection = connection;
        _sessionTimeout = sessionTimeout;
        _observer = ZooKeeperClient.Start(ZooKeeperOptions.For(connection) with { SessionTimeout = sessionTimeout, OperationTimeout = Poll.Limit });
    }

    public bool HasEphemeralNodes => true;

    public StatePaths Paths { get; } = new(Root);

    /// <summary>The connection string, chroot included.</summary>
    public string Connection => _connection;

    /// <summary>Another process, so to say: ephemeral nodes written through the store belong to its session.</summary>
    public ZooKeeperClient Observer => _observer;

    /// <param name="servers">Where.</param>
    /// <param name="sessionTimeout">Of every session made here; a minute by default.</param>
    public static async Task<ZooKeeperStore> CreateAsync(string servers, TimeSpan? sessionTimeout = null)
    {
        var store = new ZooKeeperStore($"{servers}/test-{Guid.NewGuid():n}", sessionTimeout ?? TimeSpan.FromSeconds(60));
        await store._observer.EnsureRootAsync();
        return store;
    }

    public ZooKeeperStateOptions Options(string? servers = null) => new(
        Root,
        ZooKeeperOptions.For(servers is null ? _connection : servers + ConnectionString.Parse(_connection).Chroot) with
        {
            SessionTimeout = _sessionTimeout,
            OperationTimeout = Poll.Limit,
            MaxFrameBytes = LargestFrame,
        });

    /// <summary>A started manager whose directories are made.</summary>
    public async Task<IStateManager> OpenAsync(string tManagerDirectory = StatePaths.TManagersDirectory)
    {
        var manager = await OpenAsync(Options() with { TManagerDirectory = tManagerDirectory });
        await UntilDirectoriesAsync();
        return manager;
    }

    /// <summary>A started manager.</summary>
    public static async Task<ZooKeeperStateManager> OpenAsync(ZooKeeperStateOptions options)
    {
        var manager = new ZooKeeperStateManager(options, TimeProvider.System, NullLoggerFactory.Instance);
        await manager.StartAsync(CancellationToken.None);
        return manager;
    }

    /// <summary>Waits until all directories are there; they are made in no certain order.</summary>
    public Task UntilDirectoriesAsync() =>
        Poll.UntilAsync(
            async () => (await Task.WhenAll(Paths.Directories.Select(d => _observer.ExistsAsync(d)))).All(found => found is not null),
            () => "the directories are not made");

    public async Task<byte[]?> ReadAsync(string path) => (await _observer.TryGetDataAsync(At(path)))?.Data;

    public async Task WriteAsync(string path, byte[] data, bool ephemeral = false)
    {
        await _observer.EnsurePathAsync(NodePath.Parent(At(path)));
        while (true)
        {
            try
            {
                await _observer.CreateAsync(At(path), data, ephemeral ? CreateMode.Ephemeral : CreateMode.Persistent);
                return;
            }
            catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NodeExists)
            {
                await _observer.SetDataAsync(At(path), data);
                return;
            }
        }
    }

    /// <summary>The managers of this store read less than the servers take, as a server with a raised jute.maxbuffer would have it.</summary>
    public Task WriteHugeAsync(string path) => WriteAsync(path, new byte[LargestFrame + 1]);

    public async Task WriteBelowAsync(string path)
    {
        if (await ReadAsync(path) is null)
        {
            await WriteAsync(path, []);
        }

        await WriteAsync(path + "/below", [1]);
        await WriteAsync(path + "/below/deeper", []);
    }

    public Task DeleteAsync(string path) => _observer.DeleteAsync(At(path));

    public async Task<IReadOnlyList<string>> NamesAsync(string directory) => await ChildrenAsync(At(directory));

    public async Task<IReadOnlyList<StoredNode>> ListAsync()
    {
        // A follower may lag behind what another session has written.
        await _observer.SyncAsync();
        var nodes = new List<StoredNode>();
        await AddBelowAsync(Root, nodes);
        return [.. nodes.OrderBy(n => n.Path, StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => _observer.DisposeAsync();

    private async Task AddBelowAsync(string parent, List<StoredNode> nodes)
    {
        foreach (string name in await ChildrenAsync(parent))
        {
            string path = $"{parent}/{name}";
            try
            {
                var node = await _observer.GetDataAsync(path);
                var acl = (await _observer.GetAclAsync(path)).Entries;
                nodes.Add(new StoredNode(path[(Root.Length + 1)..], node.Stat.EphemeralOwner == 0 ? "persistent" : "ephemeral", node.Data)
                {
                    Acl = [.. acl.Select(a => $"{a.Scheme}:{a.Id}:{(int)a.Permissions}")],
                    Version = node.Stat.Version,
                });
            }
            catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
            {
                // Gone since it was listed.
                continue;
            }

            await AddBelowAsync(path, nodes);
        }
    }

    private async Task<IReadOnlyList<string>> ChildrenAsync(string path)
    {
        try
        {
            return (await _observer.GetChildrenAsync(path)).Names;
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
        {
            return [];
        }
    }

    private static string At(string path) => $"{Root}/{path}";
}
