// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Hosting;
using Heron.Core.Parts;
using Heron.Core.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Support;

/// <summary>The real application with real sockets in this process, on a free loopback port.</summary>
internal class InProcessServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    protected InProcessServer(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
        };
    }

    public int Port => Services.GetRequiredService<ServerSettings>().Urls.Port;

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public IStateManager State => Services.GetRequiredService<IStateManager>();

    /// <summary>As the program makes it of its command line.</summary>
    /// <param name="options">The command line; where to listen is decided here.</param>
    /// <param name="catalog">The parts to choose from.</param>
    public static async Task<InProcessServer> StartAsync(ServerOptions options, PartCatalog catalog)
    {
        var findings = new Findings();
        var app = await ServerStart.TryBuildAsync(options with { Port = 0, BindAddress = IPAddress.Loopback }, findings, catalog);
        Assert.True(app is not null, string.Join('\n', findings.Mistakes));
        return await StartAsync(new InProcessServer(app));
    }

    public virtual async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    protected static async Task<TServer> StartAsync<TServer>(TServer server)
        where TServer : InProcessServer
    {
        await server._app.StartAsync();
        return server;
    }
}
