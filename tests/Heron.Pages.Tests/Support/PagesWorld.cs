// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Pages.Tests.Support;
using Heron.Testing;
using Heron.Testing.StandIn;
using Heron.Testing.ZooKeeper;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(PagesWorld))]

namespace Heron.Pages.Tests.Support;

/// <summary>One server with local containers of the stand-in core, and one browser, for all tests.</summary>
public sealed class PagesWorld : IAsyncLifetime
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    // A picture of a long page costs as much as the test that it is taken in.
    private static readonly bool TakesPictures = Environment.GetEnvironmentVariable("HERON_PICTURES") == "1";

    private readonly string _folder = Directory.CreateTempSubdirectory("pages-").FullName;
    private readonly Dictionary<Uri, ChildProcess> _servers = [];
    private readonly Dictionary<Uri, (string Log, string[] Line)> _commands = [];
    private Chromium? _chromium;

    /// <summary>Where the server is reached.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>For what a person does besides looking at pages.</summary>
    public HttpClient Http { get; private set; } = null!;

    public string StateFolder => Path.Join(_folder, "state");

    /// <summary>A topology that runs all the time, and that no test changes.</summary>
    public string Running { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var chromium = Chromium.StartAsync();
        StandInCorePackage.Write(
            Path.Join(_folder, "heron-core.tar.gz"), new StandInCoreOptions { RecordFolder = Path.Join(_folder, "records") });
        Address = await StartServerAsync("local");
        Http = new HttpClient { BaseAddress = Address, Timeout = Poll.Limit };
        Running = await SubmitAsync("Sentences", "sentence-word-count.defn");
        await UntilAsync(Running, "RUNNING");
        _chromium = await chromium;
    }

    /// <summary>Starts one more server on the same state.</summary>
    /// <param name="cluster">The cluster and the name of its template.</param>
    /// <param name="settings">More settings.</param>
    public Task<Uri> StartServerAsync(string cluster, params (string Key, string Value)[] settings) =>
        StartServerAsync(cluster, Path.Join(_folder, "heron-core.tar.gz"), settings);

    /// <summary>Starts one more server on the same state, with a heron-core of its own.</summary>
    public async Task<Uri> StartServerAsync(string cluster, string core, (string Key, string Value)[] settings)
    {
        var port = Loopback.FreePorts(1)[0];
        var number = _commands.Count.ToString(CultureInfo.InvariantCulture);
        var log = Path.Join(_folder, $"server{number}.log");
        (string Key, string Value)[] all =
        [
            ("heron.apiserver.http.file.system.directory", Path.Join(_folder, "store" + number)),
            ("heron.scheduler.local.working.directory", Path.Join(_folder, "containers" + number, "${TOPOLOGY_ID}")),
            ("heron.directory.sandbox.java.home", "/usr"),
            ("heron.class.state.manager", "org.apache.heron.statemgr.localfs.LocalFileSystemStateManager"),
            ("heron.statemgr.root.path", StateFolder),
            .. settings,
        ];
        Directory.CreateDirectory(Path.Join(_folder, "store" + number));
        string[] line =
        [
            "env", $"HOME={_folder}",
            "dotnet", Path.Join(Fixtures.RepositoryRoot, "src", "Heron.ApiServer", "bin", Configuration, "net10.0", "heron-apiserver.dll"),
            "--cluster", cluster, "--config-path", Path.Join(Fixtures.RepositoryRoot, "conf", cluster), "--bind", "127.0.0.1",
            "--port", port.ToString(CultureInfo.InvariantCulture), "--download-hostname", "127.0.0.1",
            "--heron-core-package-path", core,
            .. all.SelectMany(s => new[] { "-D", $"{s.Key}={s.Value}" }),
        ];
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _commands[address] = (log, line);
        await StartAgainAsync(address);
        return address;
    }

    /// <summary>kill -9 for a server that <see cref="StartServerAsync(string, string, ValueTuple{string, string}[])"/> has started.</summary>
    public void Kill(Uri server) => _servers[server].Dispose();

    /// <summary>Starts a server, or one that was killed, on what it had.</summary>
    public async Task StartAgainAsync(Uri server)
    {
        var (log, line) = _commands[server];
        _servers[server] = ChildProcess.Start(log, line);
        using var client = new HttpClient { BaseAddress = server };
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    using var answer = await client.GetAsync("/api/v1/version");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => $"the server did not start:\n{File.ReadAllText(log)}");
    }

    /// <summary>The folder of container 1 of a topology of the first server.</summary>
    public string FolderOf(string name) =>
        Path.Join(Directory.GetDirectories(Path.Join(_folder, "containers0"), name + "*").Single(), "container-1");

    /// <summary>Submits a copy of a recorded definition under a name of its own.</summary>
    public Task<string> SubmitAsync(string name, string recorded = "syn-2c-5i.defn") =>
        SubmitFileAsync(name, Definition(name, recorded, _ => { }));

    /// <summary>Submits a changed copy of the definition that splits and counts sentences.</summary>
    public Task<string> SubmitAsync(string name, Action<Topology> change) =>
        SubmitFileAsync(name, Definition(name, "sentence-word-count.defn", change));

    /// <summary>Packs a heron-core whose executor is a script.</summary>
    public string CoreOf(string executor)
    {
        var root = Path.Join(_folder, "core-" + Guid.NewGuid().ToString("N"));
        var bin = Directory.CreateDirectory(Path.Join(root, "heron-core", "bin")).FullName;
        File.WriteAllText(Path.Join(root, "release.yaml"), "heron.build.version: '0.20.5-incubating'\n");
        File.Copy(Path.Join(root, "release.yaml"), Path.Join(root, "heron-core", "release.yaml"));
        File.WriteAllText(Path.Join(bin, "heron-executor"), "#!/bin/sh\n" + executor);
        File.SetUnixFileMode(Path.Join(bin, "heron-executor"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        System.Formats.Tar.TarFile.CreateFromDirectory(root, root + ".tar", includeBaseDirectory: false);
        using (var from = File.OpenRead(root + ".tar"))
        using (var to = new System.IO.Compression.GZipStream(File.Create(root + ".tar.gz"), System.IO.Compression.CompressionLevel.Fastest))
        {
            from.CopyTo(to);
        }

        return root + ".tar.gz";
    }

    private Task<string> SubmitFileAsync(string name, string definition) => SubmitFileAsync(Http, name, definition);

    /// <summary>Submits to a server.</summary>
    public async Task<string> SubmitFileAsync(HttpClient http, string name, string definition)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name), "name" },
            { new StringContent("local"), "cluster" },
            { new StringContent("ads"), "role" },
            { new StringContent("prod"), "environment" },
            { new StringContent("alice"), "user" },
            { new ByteArrayContent(await File.ReadAllBytesAsync(definition)), "definition", name + ".defn" },
            { new ByteArrayContent("no real topology\n"u8.ToArray()), "topology", name + ".jar" },
        };
        using var answer = await http.PostAsync("/api/v1/topologies", form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return name;
    }

    /// <summary>Writes a copy of a recorded definition with a name of its own.</summary>
    /// <returns>The file.</returns>
    public string Definition(string name) => Definition(name, "syn-2c-5i.defn", _ => { });

    private string Definition(string name, string recorded, Action<Topology> change)
    {
        var topology = Topology.Parser.ParseFrom(File.ReadAllBytes(Fixtures.Reference("topologies", recorded)));
        topology.Name = name;
        topology.Id = name + Guid.NewGuid().ToString();
        change(topology);
        var path = Path.Join(_folder, name + ".defn");
        File.WriteAllBytes(path, topology.ToByteArray());
        return path;
    }

    /// <summary>Waits until the API tells that a topology is in a state.</summary>
    public async Task UntilAsync(string name, string state)
    {
        var body = "";
        await Poll.UntilAsync(
            async () =>
            {
                body = await Http.GetStringAsync($"/api/v1/topologies/local/ads/prod/{name}");
                using var topology = System.Text.Json.JsonDocument.Parse(body);
                return topology.RootElement.GetProperty("state").GetString() == state;
            },
            () => $"{name} is not {state}: {body}");
    }

    /// <summary>A page of its own, which fails the test when anything on it breaks a rule of the content security policy.</summary>
    /// <param name="path">What is opened.</param>
    /// <param name="server">Of which server; of the first one when null.</param>
    /// <param name="options">How the browser is.</param>
    /// <param name="console">Is told every line of the page's console.</param>
    public async Task<IPage> OpenAsync(
        string path, Uri? server = null, BrowserNewContextOptions? options = null, Action<IConsoleMessage>? console = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL ??= (server ?? Address).ToString();
        options.ViewportSize ??= new ViewportSize { Width = 1360, Height = 900 };
        options.ReducedMotion ??= ReducedMotion.Reduce;
        var context = await _chromium!.Browser.NewContextAsync(options);
        context.SetDefaultTimeout((float)Poll.Limit.TotalMilliseconds);
        var page = await context.NewPageAsync();
        if (console is not null)
        {
            page.Console += (_, line) => console(line);
        }

        await page.GotoAsync(path);
        return page;
    }

    /// <summary>With HERON_PICTURES=1, takes a picture for people to look at.</summary>
    /// <param name="page">Of what.</param>
    /// <param name="name">The file's name in <c>artifacts/pages</c>, without its ending.</param>
    /// <param name="whole">Also of what a person would have to scroll to.</param>
    public static Task PictureAsync(IPage page, string name, bool whole = true) => !TakesPictures ? Task.CompletedTask : page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Join(Fixtures.RepositoryRoot, "artifacts", "pages", name + ".png"), FullPage = whole });

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        foreach (var name in await NamesAsync())
        {
            using var answer = await Http.DeleteAsync($"/api/v1/topologies/local/ads/prod/{name}");
        }

        Http.Dispose();
        foreach (var server in _servers.Values)
        {
            server.Dispose();
        }

        Scratch.Delete(_folder);
    }

    private async Task<IReadOnlyList<string>> NamesAsync()
    {
        using var list = System.Text.Json.JsonDocument.Parse(await Http.GetStringAsync("/api/v1/topologies"));
        return [.. list.RootElement.GetProperty("topologies").EnumerateArray().Select(t => t.GetProperty("name").GetString()!)];
    }
}
