// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heron.ApiServer.Tests.Access;

/// <summary>Gives out an issuer's keys on loopback, and counts how often it is asked.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _questions;

    private KeyServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>What it answers.</summary>
    public Func<IResult> Answer { get; set; } = () => Results.NotFound();

    public int Questions => Volatile.Read(ref _questions);

    /// <summary>Starts one that gives out keys, or nothing yet.</summary>
    public static async Task<KeyServer> StartAsync(string? keys = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{Loopback.FreePorts(1)[0]}";
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        var server = new KeyServer(app, new Uri(address + "/keys"));
        app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref server._questions);
            return server.Answer();
        });
        if (keys is not null)
        {
            server.Answer = () => Results.Text(keys);
        }

        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
