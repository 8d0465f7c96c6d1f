// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Heron.Testing.ZooKeeper;

/// <summary>A real ZooKeeper from Debian's package, as a child process on free loopback ports.</summary>
public sealed class ZooKeeperServer : IAsyncDisposable
{
    private readonly string _config;
    private readonly IReadOnlyList<string> _javaOptions;
    private readonly int? _id;
    private ChildProcess? _process;

    internal ZooKeeperServer(string folder, int port, int? securePort, string config, IReadOnlyList<string> javaOptions, int? id)
    {
        Folder = folder;
        Port = port;
        SecurePort = securePort;
        _config = config;
        _javaOptions = javaOptions;
        _id = id;
    }

    public string Folder { get; }

    public int Port { get; }

    public int? SecurePort { get; }

    public string ConnectionString => $"127.0.0.1:{Port}";

    public int Pid => _process?.Pid ?? throw new InvalidOperationException("the server does not run");

    public string Log => Path.Combine(Folder, "server.log");

    private string Data => Path.Combine(Folder, "data");

    /// <summary>Starts a single server and waits until it serves.</summary>
    public static async Task<ZooKeeperServer> StartAsync(ZooKeeperServerOptions? options = null)
    {
        options ??= new ZooKeeperServerOptions();
        int[] ports = Loopback.FreePorts(2);
        ZooKeeperServer server = Create(options, ports[0], ports[1], [], null);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the program on what its data folder holds, and waits until it serves.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await WaitUntilServingAsync();
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process?.Dispose();
        _process = null;
    }

    /// <summary>SIGSTOP: the process is there, its ports accept, nothing answers.</summary>
    public void Pause() => _process!.Signal(ChildProcess.SigStop);

    /// <summary>SIGSTOP, and waits until it has had its effect.</summary>
    public async Task PauseAsync()
    {
        Pause();
        await Poll.UntilAsync(() => _process!.IsStopped, "ZooKeeper stands still");
    }

    /// <summary>SIGCONT.</summary>
    public void Resume() => _process!.Signal(ChildProcess.SigCont);

    /// <summary>Forgets everything the server ever stored. Only while it does not run.</summary>
    public void EmptyDataFolder()
    {
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    public void Launch()
    {
        Directory.CreateDirectory(Data);
        if (_id is { } id)
        {
            File.WriteAllText(Path.Combine(Data, "myid"), id.ToString(CultureInfo.InvariantCulture));
        }

        string config = Path.Combine(Folder, "zoo.cfg");
        File.WriteAllText(config, _config);
        const string Jars = "/usr/share/java";
        string classPath = string.Join(':', new[] { "zookeeper", "slf4j-simple", "netty-all", "netty-codec", "netty-resolver", "netty-transport-native-unix-common" }.Select(j => $"{Jars}/{j}.jar"));
        _process = ChildProcess.Start(Log, [
            "java", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dzookeeper.forceSync=no", "-Dzookeeper.preAllocSize=64",
            .. _javaOptions, "-cp", classPath, "org.apache.zookeeper.server.quorum.QuorumPeerMain", config]);
    }

    public Task WaitUntilServingAsync() => Poll.UntilAsync(
        async () => (await ModeAsync()).Length > 0,
        () => $"ZooKeeper on port {Port} does not serve; its log ends: {(File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(20)) : "(none)")}");

    /// <summary><c>leader</c>, <c>follower</c>, <c>standalone</c>, or nothing when it does not serve.</summary>
    public async Task<string> ModeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, limit.Token);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("srvr"u8.ToArray(), limit.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            string answer = await reader.ReadToEndAsync(limit.Token);
            string? mode = answer.Split('\n').FirstOrDefault(l => l.StartsWith("Mode: ", StringComparison.Ordinal));
            return mode?["Mode: ".Length..].Trim() ?? "";
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return "";
        }
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Scratch.Delete(Folder);
        return ValueTask.CompletedTask;
    }

    internal static ZooKeeperServer Create(ZooKeeperServerOptions options, int port, int securePort, IEnumerable<string> ensemble, int? id)
    {
        string folder = Directory.CreateTempSubdirectory("heron-zookeeper-").FullName;
        List<string> config =
        [
            $"tickTime={options.TickMilliseconds}",
            "initLimit=100", "syncLimit=50", "maxSessionTimeout=120000", "maxClientCnxns=0",
            "admin.enableServer=false", "4lw.commands.whitelist=*", "extendedTypesEnabled=true",
            $"dataDir={folder}/data", "clientPortAddress=127.0.0.1", $"clientPort={port}", .. ensemble,
        ];
        List<string> java = ["-Dzookeeper.extendedTypesEnabled=true", "-Dznode.container.checkIntervalMs=3600000", .. options.JavaOptions];
        if (options.Tls is { } tls)
        {
            config.AddRange(["secureClientPortAddress=127.0.0.1", $"secureClientPort={securePort}"]);
            java.AddRange(tls.JavaOptions());
        }

        return new ZooKeeperServer(folder, port, options.Tls is null ? null : securePort, string.Join('\n', config) + "\n", java, id);
    }
}
