// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>A scripted Nomad, and state in a real ZooKeeper that is looked at over a connection of the test's own.</summary>
internal sealed class NomadAndZooKeeper : ICrashPlace, IAsyncDisposable
{
    private static readonly string[] Directories =
        ["executionstate", "packingplans", "pplans", "schedulers", "tmanagers", "topologies"];

    private static int _chroots;

    private readonly ScriptedNomad _nomad;
    private readonly string _connection;
    private readonly ZooKeeperClient _observer;

    private NomadAndZooKeeper(ScriptedNomad nomad, ZooKeeperServer zooKeeper)
    {
        _nomad = nomad;
        _connection = zooKeeper.ConnectionString
            + string.Create(CultureInfo.InvariantCulture, $"/crashes-{Interlocked.Increment(ref _chroots)}");
        _observer = ZooKeeperClient.Start(ZooKeeperOptions.For(_connection));
    }

    public ServerHome Home { get; } = new();

    public IReadOnlyList<string> Arguments => Home.Arguments(
        _nomad.Uri,
        "-D", "heron.class.state.manager=org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager",
        "-D", "heron.statemgr.root.path=/heron",
        "-D", $"heron.statemgr.connection.string={_connection}");

    public static async Task<NomadAndZooKeeper> StartAsync(ZooKeeperServer zooKeeper) =>
        new(await ScriptedNomad.StartAsync(), zooKeeper);

    public async Task<IReadOnlyList<string>> StateAsync()
    {
        var found = new List<string>();
        foreach (var directory in Directories)
        {
            try
            {
                await _observer.SyncAsync("/");
                found.AddRange((await _observer.GetChildrenAsync("/heron/" + directory)).Names.Select(name => $"{directory}/{name}"));
            }
            catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
            {
                // The first server has not made it yet.
                continue;
            }
        }

        return found;
    }

    public Containers Containers() => new(_nomad.JobIds, []);

    public async ValueTask DisposeAsync()
    {
        await _observer.DisposeAsync();
        await _nomad.DisposeAsync();
        Home.Dispose();
    }
}
