// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heron.Core;
using Heron.Daemons.Calls;
using Heron.Daemons.Tests.Support;

namespace Heron.Daemons.Tests;

public sealed class DaemonTransportTests : IDisposable
{
    private static readonly DaemonLimits Short = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), 1000);

    private readonly DaemonTransport _transport = new(TimeProvider.System);

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task The_whole_answer_comes_with_its_status()
    {
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Text(404, "no"));

        var answer = await AskAsync(World.At(server.Port), "/a?b=c%20d", DaemonLimits.Quick);

        Assert.Equal((HttpStatusCode.NotFound, "no"), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("GET", "/a?b=c%20d", $"127.0.0.1:{server.Port}"), (request.Method, request.Target, request.Host));
    }

    [Fact]
    public async Task Paths_go_as_they_are()
    {
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Text(200, ""));

        await AskAsync(World.At(server.Port), "/filestats/./a/../b%2Fc", DaemonLimits.Quick);

        Assert.Equal("/filestats/./a/../b%2Fc", server.Requests[0].Target);
    }

    [Fact]
    public async Task The_daemon_is_called_at_the_address_that_was_approved_under_the_name_it_has()
    {
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Text(200, ""));
        var allowed = new AllowedHosts(["node-a"], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        await AskAsync(World.At(server.Port, allowed, "node-a"), "/", DaemonLimits.Quick);

        Assert.Equal($"node-a:{server.Port}", server.Requests[0].Host);
    }

    [Fact]
    public async Task A_host_that_is_not_allowed_gets_no_connection()
    {
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Text(200, ""));

        var fault = await FaultAsync(World.At(server.Port, new AllowedHosts(["10.0.0.5"])), DaemonLimits.Quick);

        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Nobody_listening_is_said_at_once()
    {
        var port = FreePort();

        var fault = await FaultAsync(World.At(port), DaemonLimits.Quick);

        Assert.Equal(
            (FaultKind.Unavailable, $"The daemon is away (127.0.0.1:{port}: connection refused)"), (fault.Kind, fault.Message));
    }

    [Fact]
    public async Task A_daemon_that_hangs_is_said_within_two_seconds()
    {
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Never);
        var clock = Stopwatch.StartNew();

        var fault = await FaultAsync(World.At(server.Port), DaemonLimits.Quick);

        Assert.Equal((FaultKind.Unavailable, "The daemon gave no answer within 1.8 s"), (fault.Kind, fault.Message));
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.7, 15);
    }

    [Fact]
    public async Task A_daemon_that_falls_silent_within_its_answer_is_given_up()
    {
        await using var server = new ScriptedDaemon(
            _ => ScriptedDaemon.Never with { Body = "half and half"u8.ToArray(), PausesWithin = true });

        Assert.Equal(
            "The daemon stopped in the middle of its answer for 0.2 s",
            (await FaultAsync(World.At(server.Port), Short)).Message);
    }

    [Fact]
    public async Task A_daemon_that_drips_is_given_up_in_the_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = new CancellationTokenSource();
        var dripping = DripAsync(listener, over.Token);

        var fault = await FaultAsync(
            World.At(((IPEndPoint)listener.LocalEndpoint).Port), new DaemonLimits(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(400), 10_000));

        Assert.Equal("The daemon was not done within 0.4 s", fault.Message);
        await over.CancelAsync();
        await Task.WhenAny(dripping);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_at_its_limit()
    {
        await using var server = new ScriptedDaemon(_ => new DaemonReply(200, new byte[1001]));

        var fault = await FaultAsync(World.At(server.Port), Short with { Silence = DaemonLimits.Quick.Silence });

        Assert.Equal((FaultKind.BadGateway, "The daemon sent more than 1000 bytes"), (fault.Kind, fault.Message));
    }

    [Theory]
    [InlineData("SSH-2.0-secret\r\n")]
    [InlineData("HTTP/1.1 secret\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nsecret\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n")]
    public async Task What_is_no_HTTP_is_the_peers_fault_and_not_quoted(string reply)
    {
        await using var server = new ScriptedDaemon(_ => new DaemonReply(200, []) { Raw = Encoding.ASCII.GetBytes(reply) });

        var fault = await FaultAsync(World.At(server.Port), DaemonLimits.Quick);

        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_closed_without_a_word_is_said_so()
    {
        await using var server = new ScriptedDaemon(_ => new DaemonReply(null, []));

        Assert.EndsWith(
            "the connection was closed without an answer)",
            (await FaultAsync(World.At(server.Port), DaemonLimits.Quick)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirections_are_not_followed()
    {
        await using var server = new ScriptedDaemon(
            _ => new DaemonReply(200, []) { Raw = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"u8.ToArray() });

        Assert.Equal(HttpStatusCode.Found, (await AskAsync(World.At(server.Port), "/", DaemonLimits.Quick)).Status);
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_not_told_of_the_daemon()
    {
        await using var server = new ScriptedDaemon(_ => ScriptedDaemon.Never);
        using var gone = new CancellationTokenSource();

        var asking = _transport.AskAsync(World.At(server.Port), new DaemonCall("/"), DaemonLimits.Tool, gone.Token);
        await Poll.UntilAsync(() => server.Requests.Count == 1, "the request");
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task DripAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        using var client = await listener.AcceptTcpClientAsync(cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"u8.ToArray(), cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await stream.WriteAsync("x"u8.ToArray(), cancellationToken);
        }
    }

    private Task<DaemonAnswer> AskAsync(DaemonAddress to, string target, DaemonLimits limits) =>
        _transport.AskAsync(to, new DaemonCall(target), limits, CancellationToken.None);

    private Task<DaemonException> FaultAsync(DaemonAddress to, DaemonLimits limits) =>
        Assert.ThrowsAsync<DaemonException>(() => AskAsync(to, "/", limits));
}
