// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;

/// <summary>A scripted Nomad in this process, a store of the state, and the server that is measured in a process of its own.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly BenchFolder _folder = new();
    private readonly ZooKeeperServer? _zooKeeper;

    private World(ScriptedNomad nomad, ZooKeeperServer? zooKeeper)
    {
        Nomad = nomad;
        _zooKeeper = zooKeeper;
        State = zooKeeper is null ? new FolderState(_folder.Sub("state")) : new ZooKeeperState(zooKeeper.ConnectionString);
    }

    public ScriptedNomad Nomad { get; }

    /// <summary>The state as a topology manager or another server sees it.</summary>
    public IForeignState State { get; }

    public Server Server { get; private set; } = null!;

    /// <summary>To the server's API.</summary>
    public HttpClient Http { get; private set; } = null!;

    public static string Repository { get; } = FindRepository();

    public static async Task<World> StartAsync(string store)
    {
        var nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { Nodes = 50 });
        var zooKeeper = store == "folder" ? null : await ZooKeeperServer.StartAsync(
            new ZooKeeperServerOptions { TickMilliseconds = 2000, JavaOptions = ["-Xmx512m"] });
        var world = new World(nomad, zooKeeper);
        await world.StartServerAsync();
        return world;
    }

    /// <summary>Starts the server, or ends it and starts it again.</summary>
    public async Task StartServerAsync()
    {
        if (Server is not null)
        {
            Http.Dispose();
            Server.Dispose();
        }

        string[] state = _zooKeeper is null
            ?
            [
                "-D", "heron.class.state.manager=org.apache.heron.statemgr.localfs.LocalFileSystemStateManager",
                "-D", $"heron.statemgr.root.path={_folder.Path}/state",
            ]
            : ["-D", $"heron.statemgr.connection.string={_zooKeeper.ConnectionString}"];
        Server = await Server.HeronOfAsync(
            Path.Join(Repository, "src", "Heron.ApiServer", "bin", "Release", "net10.0", "heron-apiserver"),
            _folder.Path,
            [
                "--cluster", "nomad", "--config-path", Path.Join(Repository, "conf", "nomad"),
                "-D", $"heron.nomad.scheduler.uri={Nomad.Uri}",
                "-D", $"heron.apiserver.http.file.system.directory={_folder.Path}/store",
                "-D", "heron.package.core.uri=http://core.example/heron-core.tar.gz",
                .. state,
            ]);
        Http = new HttpClient
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Server.Port}")),
            Timeout = TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>Packets that ZooKeeper has received from everybody; null without it.</summary>
    public async Task<long?> PacketsAsync()
    {
        if (_zooKeeper is null)
        {
            return null;
        }

        // Of connections that are there: the question itself is none of them.
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _zooKeeper.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("cons"));
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var connections = await reader.ReadToEndAsync();
        return connections.Split('\n').Where(line => line.Contains("sid=", StringComparison.Ordinal)).Sum(line =>
        {
            var from = line.IndexOf("recved=", StringComparison.Ordinal) + "recved=".Length;
            return long.Parse(line.AsSpan(from, line.IndexOf(',', from) - from), CultureInfo.InvariantCulture);
        });
    }

    /// <summary>Takes ZooKeeper away and brings it back with what it had; nothing without it.</summary>
    public async Task OutageAsync(Func<Task> meanwhile)
    {
        if (_zooKeeper is not null)
        {
            _zooKeeper.Kill();
            await meanwhile();
            await _zooKeeper.StartAgainAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Server.Dispose();
        if (_zooKeeper is not null)
        {
            await _zooKeeper.DisposeAsync();
        }

        await Nomad.DisposeAsync();
        _folder.Dispose();
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "HeronApiServer.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("this is no clone of the project");
        }

        return folder.FullName;
    }
}
