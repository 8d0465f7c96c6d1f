// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.ApiServer.Access;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Files;
using Heron.ApiServer.Hosting;
using Heron.ApiServer.Logging;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Update;
using Heron.Packages.Store;
using Heron.Testing;
using Heron.Testing.Parts;
using Heron.Testing.Scheduling;
using Heron.Testing.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Heron.ApiServer.Tests.Support;

/// <summary>A server of which a test chooses every part: real Kestrel, store and state folder, a scheduler that records.</summary>
internal sealed class TestServer : InProcessServer
{
    private readonly bool _ownsFolder;

    private TestServer(WebApplication app, string folder, bool ownsFolder, FakeScheduler scheduler, CollectedLog log)
        : base(app)
    {
        _ownsFolder = ownsFolder;
        Folder = folder;
        Scheduler = scheduler;
        Log = log;
    }

    public string Folder { get; }

    public string Store => Path.Join(Folder, "store");

    public string StateFolder => Path.Join(Folder, "state");

    public FakeScheduler Scheduler { get; }

    public CollectedLog Log { get; }

    public int DownloadPort { get; private init; }

    public static async Task<TestServer> StartAsync(
        Action<IServiceCollection>? replace = null,
        string? folder = null,
        string cluster = "nomad",
        string? corePackage = null,
        long uploadLimit = UploadLimit.Default,
        string? template = null,
        IReadOnlyDictionary<string, string>? overrides = null,
        FakeScheduler? scheduler = null,
        bool withoutCore = false,
        AccessOptions? access = null,
        IReadOnlyList<IPNetwork>? trustedProxies = null,
        bool downloadListener = false,
        DownloadKeys? keys = null,
        bool coreNeedsToken = false,
        ConnectionLimits? connections = null,
        RequestLimits? requests = null)
    {
        var owns = folder is null;
        folder ??= Directory.CreateTempSubdirectory("heron-api-").FullName;
        Directory.CreateDirectory(Path.Join(folder, "store"));
        scheduler ??= new FakeScheduler();
        var log = new CollectedLog();
        var socket = ListenSocket.Bind(IPAddress.Loopback, 0);
        var downloads = downloadListener ? ListenSocket.Bind(IPAddress.Loopback, 0) : null;
        var urls = new ServerUrls(trustedProxies is null ? "apiserver.example" : null, socket.Port);
        var configuration = ConfigurationLoader.Load(new ConfigurationSources
        {
            TemplateDirectory = template ?? Fixtures.Reference("templates", "nomad-raw"),
            Cluster = cluster,
            Environment = new HostEnvironment("/home/heron", "/usr/lib/jvm/java-11-openjdk-amd64"),
            ReleaseFile = Fixtures.Reference("templates", "release.yaml"),
            Overrides = overrides ?? new Dictionary<string, string>(),
        });
        if (Directory.Exists(corePackage)
            || (CoreSource.Mistake(configuration.Base.Local, configuration.IsSet, nodesAreHere: false) is not null && !withoutCore))
        {
            // Most recorded templates name a file that exists nowhere.
            configuration = configuration.With(new Dictionary<string, object?>
            {
                [ConfigKeys.CorePackageUri] = Directory.Exists(corePackage) ? urls.Core : "http://core.example/heron-core.tar.gz",
                [ConfigKeys.UseCorePackageUri] = true,
            });
        }

        var settings = new ServerSettings
        {
            Cluster = cluster,
            Urls = keys is null ? urls : urls.Signed(keys, coreNeedsToken),
            TrustedProxies = trustedProxies ?? [],
            CoreVersion = configuration.Base.Local.GetString(HeronCoreDetector.VersionKey),
            StoreFolder = Path.Join(folder, "store"),
            Store = StoreSettings.From(configuration.Base.Local),
            CorePackagePath = corePackage,
            UploadLimit = new UploadLimit(uploadLimit),
            Connections = connections ?? new ConnectionLimits(),
            Requests = requests ?? new RequestLimits(),
            Log = new LogSettings(Verbose: true),
            Access = (access ?? new AccessOptions()) with { AllowedHosts = ["h", "x", "upstream"] },
            Release = configuration.Base.Local.Values.Keys
                .Where(k => k.StartsWith("heron.build.", StringComparison.Ordinal))
                .ToDictionary(k => k, k => configuration.Base.Local.GetString(k, "")),
        };
        var packings = PackingAlgorithms.Read(
            PackingParts.All, TestParts.Settings(configuration.Base.Local), new Findings())!(TestParts.Tools());
        var app = await ServerStart.ComposeAsync(ApiServerApplication.Begin(), settings, configuration, new ListenSockets(socket, downloads), services =>
        {
            services.AddSingleton<IStateManager>(_ => LocalFolderStore.StateIn(Path.Join(folder, "state")));
            services.AddSingleton<IScheduler>(scheduler);
            services.AddSingleton<IUploader>(s => s.GetRequiredService<SelfUploader>());
            services.AddSingleton<Func<HeronConfig, IPacking>>(_ => config => packings.Packing(config));
            services.AddSingleton<IRepackingSource, RoundRobinSource>();
            services.RemoveAll<ILoggerProvider>();
            services.AddSingleton<ILoggerProvider>(log);
            replace?.Invoke(services);
        });
        return await StartAsync(new TestServer(app, folder, owns, scheduler, log) { DownloadPort = downloads?.Port ?? 0 });
    }

    /// <summary>Submits the topology of <see cref="Forms.Submission"/>.</summary>
    public async Task<TopologyIdentity> SubmitAsync()
    {
        using var content = Forms.Content(Forms.Submission(Forms.Fields(), null));
        using var answer = await Client.PostAsync("/api/v1/topologies", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await SubmittedAsync();
    }

    /// <summary>Which topology that was.</summary>
    public async Task<TopologyIdentity> SubmittedAsync()
    {
        var execution = (await State.GetExecutionStateAsync("exclamation", TestContext.Current.CancellationToken))!;
        return new(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
    }

    /// <summary>A client on another address of this machine, which counts as another host.</summary>
    public HttpClient ClientFrom(string address)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (context, token) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                    await socket.ConnectAsync(context.DnsEndPoint, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = Client.BaseAddress };
    }

    /// <summary>Every file that belongs to packages.</summary>
    public IReadOnlyList<string> StoredFiles() => StoreFiles.Of(Store);

    public Task<RawResponse> SendRawAsync(ReadOnlyMemory<byte> request, bool halfClose = false) =>
        RawHttp.SendAsync(Port, request, halfClose);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_ownsFolder)
        {
            Scratch.Delete(Folder);
        }
    }

    private sealed class RoundRobinSource(ServerConfiguration configuration) : IRepackingSource
    {
        public (IPacking Packing, HeronConfig Config) For(
            TopologyIdentity topology, IReadOnlyDictionary<string, string> overrides) =>
            (new RoundRobinPacking(), configuration.Base.Local);
    }
}
