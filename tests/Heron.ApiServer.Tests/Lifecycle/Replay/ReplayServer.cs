// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Tests.Support;
using Heron.Core.State;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.ApiServer.Tests.Lifecycle.Replay;

/// <summary>The whole server as its command line composes it, with a recorded template, a state folder and a scripted Nomad.</summary>
internal sealed class ReplayServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replay-").FullName;
    private ScriptedNomad? _nomad;
    private InProcessServer? _server;

    private ReplayServer()
    {
    }

    public HttpClient Http => _server!.Client;

    public string StateFolder => Path.Join(_folder, "state");

    public IStateManager State => _server!.State;

    public static async Task<ReplayServer> StartAsync(string template)
    {
        var replay = new ReplayServer { _nomad = await ScriptedNomad.StartAsync() };
        replay._server = await InProcessServer.StartAsync(
            new ServerOptions
            {
                Cluster = "nomad",
                TemplateDirectory = Fixtures.Reference("templates", template),
                ReleaseFile = Fixtures.Reference("templates", "release.yaml"),
                DownloadHostname = "127.0.0.1",
                Overrides = new Dictionary<string, string>
                {
                    ["heron.nomad.scheduler.uri"] = replay._nomad.Uri,
                    ["heron.class.state.manager"] = "org.apache.heron.statemgr.localfs.LocalFileSystemStateManager",
                    ["heron.statemgr.root.path"] = replay.StateFolder,
                    // Most recorded templates name a file that exists nowhere.
                    ["heron.package.core.uri"] = "http://core.example/heron-core.tar.gz",
                    ["heron.class.uploader"] = "org.apache.heron.uploader.http.HttpUploader",
                    ["heron.apiserver.http.file.system.directory"] = Path.Join(replay._folder, "store"),
                },
            },
            PartCatalog.Shipped);
        return replay;
    }

    /// <summary>Sends the request of a step.</summary>
    public Task<HttpResponseMessage> SendAsync(RecordedStep step) => step.Operation switch
    {
        "submit" => Http.PostAsync("/api/v1/topologies", step.Submission()),
        "kill" => Http.DeleteAsync($"/api/v1/topologies/{step.Path}"),
        "update" => Http.PostAsync($"/api/v1/topologies/{step.Path}/update", new FormUrlEncodedContent(step.Parameters)),
        var other => Http.PostAsync($"/api/v1/topologies/{step.Path}/{other}", null),
    };

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_nomad is not null)
        {
            await _nomad.DisposeAsync();
        }

        Scratch.Delete(_folder);
    }
}
