// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Hosting;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Operations;
using Heron.Operations.Submit;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Limits;

/// <summary>One client may have much, but never all.</summary>
public sealed class LimitsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idle_connections_of_one_host_leave_room_for_others_and_are_told_of_their_number()
    {
        const int Opened = 14;
        await using var server = await TestServer.StartAsync(connections: new ConnectionLimits(all: 16));
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Opened; i++)
            {
                idle.Add(new TcpClient("127.0.0.1", server.Port));
            }

            // Ten of sixteen are let in, whichever they are.
            await Poll.UntilAsync(() => idle.Count(c => c.Available > 0) == Opened - 10, "the refusals");
            var refused = idle.First(c => c.Available > 0);
            var answer = new byte[4096];
            var length = await refused.GetStream().ReadAsync(answer, Token);
            var text = Encoding.ASCII.GetString(answer, 0, length);
            Assert.StartsWith("HTTP/1.1 429 ", text, StringComparison.Ordinal);
            Assert.Contains("\r\nRetry-After: 10\r\n", text, StringComparison.Ordinal);
            Assert.Contains("\"message\":\"this client has 10 connections", text, StringComparison.Ordinal);

            using var other = server.ClientFrom("127.0.0.2");
            Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/version", Token)).StatusCode);
        }
        finally
        {
            idle.ForEach(c => c.Dispose());
        }

        // What is closed is free again.
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    return (await server.Client.GetAsync("/api/v1/version", Token)).StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            () => "closed connections still count");
    }

    [Fact]
    public async Task Requests_in_work_are_limited_by_client_and_in_all_and_some_are_answered_always()
    {
        await using var server = await TestServer.StartAsync(requests: new RequestLimits(ofOne: 2, ofAll: 3));
        var go = new TaskCompletionSource();
        var scheduling = 0;
        server.Scheduler.OnSchedule = async (_, _) =>
        {
            Interlocked.Increment(ref scheduling);
            await go.Task;
            return ScheduleResult.Clean;
        };
        using var second = server.ClientFrom("127.0.0.2");
        using var third = server.ClientFrom("127.0.0.3");
        var running = new List<Task<HttpResponseMessage>> { SubmitAsync(server.Client, "syn-2c-5i"), SubmitAsync(server.Client, "exclamation") };
        await Poll.UntilAsync(() => scheduling == 2, "two submissions in work");
        await AssertRefusedAsync(server.Client, HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/v1/version", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/v1/topologies", Token)).StatusCode);

        running.Add(SubmitAsync(second, "syn-4c-19i"));
        await Poll.UntilAsync(() => scheduling == 3, "a third one of another client");
        await AssertRefusedAsync(third, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await third.GetAsync("/health/live", Token)).StatusCode);
        go.SetResult();
        Assert.All(await Task.WhenAll(running), answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));

        // An answer goes out a moment before its request counts no more.
        await Poll.UntilAsync(
            async () => (await third.GetAsync("/api/v1/topologies", Token)).StatusCode == HttpStatusCode.OK, () => "requests that are answered still count");
    }

    [Fact]
    public async Task Planning_has_places_that_no_caller_has_all_of_and_turns()
    {
        var gate = new PlanningGate(size: 2, waitingOfOne: 2, waitingOfAll: 3);
        var (one, two, three) = (new Caller("10.0.0.1"), new Caller("10.0.0.2"), new Caller("10.0.0.3"));
        var first = await gate.EnterAsync(one, Token);
        var again = gate.EnterAsync(one, Token);
        Assert.False(again.IsCompleted);
        var other = await gate.EnterAsync(two, Token);
        using var leaving = new CancellationTokenSource();
        var left = gate.EnterAsync(one, leaving.Token);
        Assert.True((await Assert.ThrowsAsync<BusyException>(() => gate.EnterAsync(one, Token))).IsCallers);
        var waiting = gate.EnterAsync(three, Token);
        Assert.False((await Assert.ThrowsAsync<BusyException>(() => gate.EnterAsync(two, Token))).IsCallers);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        // The first in the row has its place taken by the other of the same caller; who comes after it does not wait for that.
        other.Dispose();
        using (await waiting)
        {
            Assert.False(again.IsCompleted);
            first.Dispose();
            (await again).Dispose();
        }

        // Nothing is held any more.
        using var a = await gate.EnterAsync(one, Token);
        using var b = await gate.EnterAsync(two, Token);
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("::1", "::1")]
    public void A_client_is_an_address_or_a_network_of_IPv6(string address, string client) =>
        Assert.Equal(IPAddress.Parse(client), ClientAddress.Of(IPAddress.Parse(address)));

    private static async Task AssertRefusedAsync(HttpClient client, HttpStatusCode status)
    {
        var answer = await client.GetAsync("/api/v1/topologies", Token);
        Assert.Equal(status, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("\"message\":", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client, string name) => client.PostAsync(
        "/api/v1/topologies", Forms.Content(Forms.Submission(Forms.Fields(name), Forms.Definition(name))), Token);
}
