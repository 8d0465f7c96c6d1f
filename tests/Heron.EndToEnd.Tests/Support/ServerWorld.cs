// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Support;

/// <summary>
/// The world of tests with a real server that is killed and started again: its home, its process on a port that it keeps, and the
/// scripted Nomad, where there is one. What stands around it besides, a suite adds.
/// </summary>
internal abstract class ServerWorld : IAsyncDisposable
{
    private readonly int _port = Loopback.FreePorts(1)[0];
    private readonly List<ServerProcess> _servers = [];
    private ServerProcess? _server;

    protected ServerWorld() => Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>Of whichever server is there.</summary>
    public HttpClient Http { get; }

    /// <summary>Present when Nomad runs the containers.</summary>
    public ScriptedNomad? Nomad { get; protected init; }

    /// <summary>What all servers of this world have written.</summary>
    public IReadOnlyList<string> Lines => [.. _servers.SelectMany(server => server.Output.Concat(server.Errors))];

    /// <summary>The same as one text.</summary>
    public string Log => string.Join('\n', Lines);

    /// <summary>The end of it.</summary>
    public string Tail => string.Join('\n', Lines.TakeLast(40));

    protected ServerHome Home { get; } = new();

    private string Reached => Path.Join(Home.Path, "reached");

    /// <summary>SIGTERM; waits until the server has ended.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> TerminateServerAsync()
    {
        var clock = Stopwatch.StartNew();
        _server!.Signal("TERM");
        await _server.EndAsync();
        var elapsed = clock.Elapsed;
        await KillServerAsync();
        return elapsed;
    }

    /// <summary>Kill -9, unless it has ended already.</summary>
    public async Task KillServerAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    /// <summary>Waits until the server stands still in the middle of a request, and kills it there.</summary>
    public async Task KillServerAtStandstillAsync(Task<(int Status, string Message)> request)
    {
        await Poll.UntilAsync(() => File.Exists(Reached) || request.IsCompleted, "the server stands still");
        Assert.True(File.Exists(Reached), request.IsCompletedSuccessfully ? (await request).ToString() + Log : Log);
        await KillServerAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        // Before its containers are ended: it would start them again.
        if (Nomad is not null)
        {
            await Nomad.DisposeAsync();
        }

        await EndSurroundingsAsync();
        Home.Dispose();
    }

    /// <param name="arguments">What it is started with, but for where it listens.</param>
    /// <param name="standstill">The failpoint at which the server stands still, if it shall.</param>
    protected async Task StartServerAsync(IEnumerable<string> arguments, string? standstill = null)
    {
        File.Delete(Reached);
        _server = await ServerProcess.StartAsync(
            standstill is null ? ServerProcess.Product : ServerProcess.Blocking,
            Home.Path,
            [.. arguments, "--port", _port.ToString(CultureInfo.InvariantCulture)],
            standstill is null ? null : new Dictionary<string, string>
            {
                ["HERON_BLOCK_FROM"] = standstill,
                ["HERON_BLOCK_COUNT"] = "0",
                ["HERON_BLOCK_REACHED"] = Reached,
            });
        _servers.Add(_server);
    }

    /// <summary>Ends what a suite has put around the server; that and Nomad have ended.</summary>
    protected abstract Task EndSurroundingsAsync();
}
