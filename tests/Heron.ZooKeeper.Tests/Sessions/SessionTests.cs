// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.Testing;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Tests.Fakes;

namespace Heron.ZooKeeper.Tests.Sessions;

/// <summary>A session over connections that come and go, against a scripted server.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_reconnect_brings_the_same_session_the_newest_transaction_credentials_watches_and_only_then_requests()
    {
        var order = new List<OpCode>();
        (long Zxid, string[] Data, string[] Exists, string[] Children) watches = (0, [], [], []);
        (long LastZxid, int Timeout, long SessionId, byte[] Password) second = (0, 0, 0, []);
        var cut = new TaskCompletionSource();
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync(0x77);
            if (number == 0)
            {
                for (int i = 0; i < 5; i++)
                {
                    FakeRequest request = await peer.RequestAsync();
                    ErrorCode error = request.Path == "/r/absent" ? ErrorCode.NoNode : ErrorCode.Ok;
                    await peer.ReplyAsync(request.Xid, error, 40 + i, error == ErrorCode.Ok ? FakePeer.Body(request.Op) : null);
                }

                await cut.Task;
                peer.Dispose();
                return;
            }

            second = peer.Hello;
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                lock (order)
                {
                    order.Add(request.Op);
                }

                if (request.Op == OpCode.SetWatches)
                {
                    watches = request.Watches();
                }

                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client(o => o with
        {
            Servers = ConnectionString.Parse(server.ConnectionString + "/r"),
            Credentials = [ZooKeeperCredential.Digest("u", "p")],
            AllowPlainTextCredentials = true,
        });
        using NodeWatch data = new(), exists = new(), absent = new(), children = new();
        await client.GetDataAsync("/data", data);
        await client.ExistsAsync("/there", exists);
        await client.ExistsAsync("/absent", absent);
        await client.GetChildrenAsync("/", children);
        cut.SetResult();
        await client.Feed(s => s.State == SessionState.Suspended || s.Connections == 2);
        await client.CreateAsync("/late");
        Assert.Equal((0x77, 44), (second.SessionId, second.LastZxid));
        Assert.Equal([OpCode.Auth, OpCode.SetWatches, OpCode.Create2], order);
        Assert.Equal(44, watches.Zxid);
        Assert.Equal(["/r/data", "/r/there"], watches.Data.Order());
        Assert.Equal(["/r/absent"], watches.Exists);
        Assert.Equal(["/r"], watches.Children);
        Assert.Equal((0L, 0x77L), (client.Status.Epoch, client.Status.SessionId));
    }

    [Fact]
    public async Task Many_watches_come_back_in_portions_of_128_KiB_and_none_is_lost()
    {
        const int Count = 3000;
        string pad = new('x', 120);
        var seen = new List<string>();
        int portions = 0;
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                if (request.Op == OpCode.SetWatches)
                {
                    Assert.InRange(request.Body.Length, 1, 128 * 1024 + 200);
                    seen.AddRange(request.Watches().Data);
                    portions++;
                }

                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
                if (number == 0 && request.Op == OpCode.Delete)
                {
                    peer.Dispose();
                    return;
                }
            }
        });
        await using ZooKeeperClient client = server.Client();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => client.GetDataAsync($"/{pad}{i}", new NodeWatch())));
        await client.DeleteAsync("/cut");
        await client.Feed(s => s.Connections == 2);
        await client.CreateAsync("/after");
        Assert.Equal(Count, seen.Distinct().Count());
        Assert.InRange(portions, 3, 5);
    }

    [Fact]
    public async Task Sent_requests_fail_as_perhaps_done_and_waiting_ones_are_sent_on_the_next_connection()
    {
        var sent = new TaskCompletionSource();
        var cut = new TaskCompletionSource();
        var second = new List<string>();
        await using var server = new FakeServer(async (peer, number) =>
        {
            if (number == 1)
            {
                // An attempt that fails before it is a connection keeps what waits.
                await peer.ReadHelloAsync();
                peer.Dispose();
                return;
            }

            await peer.WelcomeAsync();
            if (number == 0)
            {
                await peer.RequestAsync();
                sent.SetResult();
                await cut.Task;
                peer.Dispose();
                return;
            }

            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                second.AddRange(request.Op == OpCode.CloseSession ? [] : [request.Path]);
                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client();
        Task<CreatedNode> first = client.CreateAsync("/sent");
        await sent.Task;
        cut.SetResult();
        ZooKeeperConnectionException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => first);
        Assert.True(e.MayHaveHappened);
        await Task.WhenAll(client.CreateAsync("/w1"), client.CreateAsync("/w2"), client.CreateAsync("/w3"));
        Assert.Equal(["/w1", "/w2", "/w3"], second);
    }

    [Fact]
    public async Task A_lost_read_is_sent_again_and_a_lost_write_is_not()
    {
        var paths = new List<string>();
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                if (request.Op != OpCode.CloseSession)
                {
                    paths.Add(request.Path);
                }

                if (number < 2)
                {
                    peer.Dispose();
                    return;
                }

                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client();
        await client.GetDataAsync("/read");
        Assert.Equal(["/read", "/read", "/read"], paths);
    }

    [Theory]
    [InlineData(0, 0x55)]
    [InlineData(4000, 0)]
    public async Task The_servers_word_that_the_session_is_gone_starts_a_new_one(int timeout, long id)
    {
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.ReadHelloAsync();
            switch (number)
            {
                case 0:
                    await peer.GrantAsync(40_000, 0x55);
                    FakeRequest request = await peer.RequestAsync();
                    await peer.ReplyAsync(request.Xid, zxid: 99, body: FakePeer.Body(request.Op));
                    peer.Dispose();
                    break;
                case 1:
                    Assert.Equal(0x55, peer.Hello.SessionId);
                    Assert.Equal(99, peer.Hello.LastZxid);
                    await peer.GrantAsync(timeout, id);
                    peer.Dispose();
                    break;
                default:
                    Assert.Equal((0L, 0L), (peer.Hello.SessionId, peer.Hello.LastZxid));
                    Assert.All(peer.Hello.Password, b => Assert.Equal(0, b));
                    await peer.GrantAsync(40_000, 0x66);
                    await peer.ServeAsync();
                    break;
            }
        });
        await using ZooKeeperClient client = server.Client();
        using var watch = new NodeWatch();
        CancellationToken ended = client.SessionEnded;
        var states = new List<SessionState>();
        await using IAsyncEnumerator<SessionStatus> stream = client.WatchStatusAsync().GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        states.Add(stream.Current.State);
        await client.GetDataAsync("/a", watch);
        SessionStatus now = await client.Feed(s => s.SessionId == 0x66);
        Assert.Equal(1, now.Epoch);
        Assert.Equal(WatchEventType.SessionEnded, (await watch.Fired.Soon()).Type);
        while (stream.Current.SessionId != 0x66)
        {
            Assert.True(await stream.MoveNextAsync().AsTask().Soon());
            states.Add(stream.Current.State);
        }

        SessionState[] all = [SessionState.Connecting, SessionState.Connected, SessionState.Suspended, SessionState.Expired, SessionState.Connecting, SessionState.Connected];
        Assert.Equal(all[^states.Count..], states);
        Assert.InRange(states.Count, 5, 6);
        Assert.True(ended.IsCancellationRequested);
        Assert.False(client.SessionEnded.IsCancellationRequested);
    }

    [Fact]
    public async Task A_server_that_silently_gives_another_session_has_ended_the_old_one()
    {
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync(number == 0 ? 0x11 : 0x22);
            if (number == 0)
            {
                FakeRequest request = await peer.RequestAsync();
                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
                peer.Dispose();
                return;
            }

            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        using var watch = new NodeWatch();
        await client.GetDataAsync("/a", watch);
        Assert.Equal(WatchEventType.SessionEnded, (await watch.Fired.Soon()).Type);
        SessionStatus status = await client.Feed(s => s.State == SessionState.Connected);
        Assert.Equal((0x22L, 1L), (status.SessionId, status.Epoch));
    }

    [Fact]
    public async Task Our_own_clock_ends_a_session_that_no_server_can_and_ephemeral_creates_of_it_are_not_sent_later()
    {
        var back = new TaskCompletionSource();
        var later = new List<string>();
        await using var server = new FakeServer(async (peer, number) =>
        {
            if (number == 0)
            {
                await peer.WelcomeAsync(0x10, 5_000);
                FakeRequest request = await peer.RequestAsync();
                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
                peer.Dispose();
                return;
            }

            if (!back.Task.IsCompleted)
            {
                peer.Dispose();
                return;
            }

            await peer.WelcomeAsync(0x20);
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                later.AddRange(request.Op == OpCode.CloseSession ? [] : [request.Path]);
                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client();
        await client.ExistsAsync("/a");
        CancellationToken ended = client.SessionEnded;
        await client.Feed(s => s.State == SessionState.Suspended);
        Task ephemeral = client.CreateAsync("/ephemeral", mode: CreateMode.Ephemeral);
        Task inMulti = client.MultiAsync([Operation.Check("/x"), Operation.Create("/e2", mode: CreateMode.Ephemeral)]);
        Task persistent = client.CreateAsync("/persistent");
        await client.Feed(s => s.Epoch == 1);
        await Assert.ThrowsAsync<TaskCanceledException>(() => Task.Delay(Timeout.Infinite, ended)).Soon();
        foreach (Task lost in new[] { ephemeral, inMulti })
        {
            ZooKeeperSessionException e = await Assert.ThrowsAsync<ZooKeeperSessionException>(() => lost.Soon());
            Assert.Equal((ErrorCode.SessionExpired, false), (e.Code, e.MayHaveHappened));
        }

        back.SetResult();
        await persistent.Soon();
        Assert.Equal(["/persistent"], later);
        Assert.Equal(0x20, client.Status.SessionId);
    }

    [Fact]
    public async Task A_session_that_a_reply_calls_expired_is_replaced()
    {
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.ReadHelloAsync();
            await peer.GrantAsync(number == 1 ? 0 : 40_000, number == 1 ? 0 : 0x30 + number);
            FakeRequest request = await peer.RequestAsync();
            await peer.ReplyAsync(request.Xid, number == 0 ? ErrorCode.SessionExpired : ErrorCode.Ok, body: number == 0 ? null : FakePeer.Body(request.Op));
            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        ZooKeeperSessionException e = await Assert.ThrowsAsync<ZooKeeperSessionException>(() => client.CreateAsync("/a"));
        Assert.Equal(ErrorCode.SessionExpired, e.Code);
        await client.CreateAsync("/b");
        Assert.Equal(1, client.Status.Epoch);
    }

    [Fact]
    public async Task Refused_credentials_are_final_and_every_call_says_so()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            FakeRequest request = await peer.RequestAsync();
            Assert.Equal(OpCode.Auth, request.Op);
            await peer.ReplyAsync(SpecialXid.Auth, ErrorCode.AuthFailed);
            peer.Dispose();
        });
        await using ZooKeeperClient client = server.Client(o => o with { Credentials = [ZooKeeperCredential.Of("sasl", "x"u8.ToArray())] });
        await client.Feed(s => s.State == SessionState.AuthFailed);
        ZooKeeperSessionException e = await Assert.ThrowsAsync<ZooKeeperSessionException>(() => client.ExistsAsync("/a"));
        Assert.Equal(ErrorCode.AuthFailed, e.Code);
        await Assert.ThrowsAsync<ZooKeeperSessionException>(() => client.WaitUntilConnectedAsync());
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_silent_server_gets_pings_and_is_left_after_two_thirds_of_the_timeout()
    {
        int pings = 0;
        await using var server = new FakeServer(async (peer, number) =>
        {
            await peer.WelcomeAsync(timeout: 6_000);
            while (true)
            {
                FakeRequest request = FakeRequest.Read(await peer.FrameAsync());
                if (request.Op == OpCode.Ping)
                {
                    pings++;
                }

                if (number > 0 || pings < 3)
                {
                    await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
                }
            }
        });
        await using ZooKeeperClient client = server.Client();
        SessionStatus first = await client.WaitUntilConnectedAsync();
        SessionStatus second = await client.Feed(s => s.Connections == 2);
        Assert.True(pings >= 3, $"{pings} pings");
        Assert.Equal(first.SessionId, second.SessionId);
        Assert.Equal(0, second.Epoch);
    }

    [Fact]
    public async Task A_call_is_over_at_its_deadline_and_its_late_answer_disturbs_nobody()
    {
        var arrived = new TaskCompletionSource();
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            FakeRequest slow = await peer.RequestAsync();
            FakeRequest cancelled = await peer.RequestAsync();
            arrived.SetResult();
            FakeRequest last = await peer.RequestAsync();
            Assert.Equal("/last", last.Path);
            await peer.ReplyAsync(slow.Xid, body: FakePeer.Body(slow.Op));
            await peer.ReplyAsync(cancelled.Xid, body: FakePeer.Body(cancelled.Op));
            await peer.ReplyAsync(last.Xid, body: FakePeer.Body(last.Op));
            await peer.ServeAsync();
        });
        await using ZooKeeperClient client = server.Client();
        await client.WaitUntilConnectedAsync();
        ZooKeeperConnectionException late = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.CreateAsync("/slow", timeout: TimeSpan.FromSeconds(2)));
        Assert.Equal((ErrorCode.OperationTimeout, true, "/slow"), (late.Code, late.MayHaveHappened, late.Path));
        using var source = new CancellationTokenSource();
        Task cancelled = client.CreateAsync("/cancelled", cancellationToken: source.Token);
        await arrived.Task.Soon();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.NotNull(await client.ExistsAsync("/last"));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Without_any_server_a_call_ends_at_its_deadline_and_was_certainly_not_done()
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For($"127.0.0.1:{Heron.Testing.ZooKeeper.Loopback.FreePorts(1)[0]}"));
        await client.FailsSaying("refused");
        ZooKeeperConnectionException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.CreateAsync("/a", timeout: TimeSpan.FromMilliseconds(200)));
        Assert.Equal((ErrorCode.OperationTimeout, false), (e.Code, e.MayHaveHappened));
        Assert.Contains("refused", e.Message, StringComparison.OrdinalIgnoreCase);
        using var source = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CreateAsync("/a", cancellationToken: source.Token));
    }

    [Fact]
    public async Task Calls_that_expired_in_the_queue_are_never_sent_and_the_queue_is_bounded()
    {
        var open = new TaskCompletionSource();
        var paths = new List<string>();
        await using var server = new FakeServer(async (peer, _) =>
        {
            await open.Task;
            await peer.WelcomeAsync();
            while (true)
            {
                FakeRequest request = await peer.RequestAsync();
                paths.AddRange(request.Op == OpCode.CloseSession ? [] : [request.Path]);
                await peer.ReplyAsync(request.Xid, body: FakePeer.Body(request.Op));
            }
        });
        await using ZooKeeperClient client = server.Client(o => o with { MaxQueuedRequests = 3 });
        TimeSpan brief = TimeSpan.FromSeconds(2);
        Task[] brieves = [client.CreateAsync("/1", timeout: brief), client.CreateAsync("/2", timeout: brief), client.CreateAsync("/3", timeout: brief)];
        ZooKeeperConnectionException full = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.CreateAsync("/4"));
        Assert.Equal((ErrorCode.QueueFull, false), (full.Code, full.MayHaveHappened));
        foreach (Task t in brieves)
        {
            Assert.False((await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => t)).MayHaveHappened);
        }

        Task kept = client.CreateAsync("/5");
        open.SetResult();
        await kept;
        Assert.Equal(["/5"], paths);
    }

    [Fact]
    public async Task A_client_told_not_to_wait_fails_at_once_without_a_connection()
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For($"127.0.0.1:{Heron.Testing.ZooKeeper.Loopback.FreePorts(1)[0]}") with { WaitForConnection = false });
        ZooKeeperConnectionException e = await Assert.ThrowsAsync<ZooKeeperConnectionException>(() => client.CreateAsync("/a"));
        Assert.Equal((ErrorCode.ConnectionLoss, false), (e.Code, e.MayHaveHappened));
    }

    [Fact]
    public async Task A_server_that_hangs_up_at_once_is_not_hammered()
    {
        await using var server = new FakeServer(async (peer, _) =>
        {
            await peer.WelcomeAsync();
            peer.Dispose();
        });
        await using ZooKeeperClient client = server.Client(o => o with { ReconnectDelay = TimeSpan.FromMilliseconds(100), MaxReconnectDelay = TimeSpan.FromSeconds(10), SessionTimeout = TimeSpan.FromMinutes(5) });
        await client.Feed(s => s.Connections >= 2);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await foreach (SessionStatus status in client.WatchStatusAsync(CancellationToken.None).TakeUntil(limit.Token))
        {
            Assert.NotEqual(SessionState.Expired, status.State);
        }

        Assert.InRange(server.Connections, 2, 25);
    }

    [Fact]
    public async Task All_addresses_of_a_name_are_tried_names_are_resolved_anew_and_one_that_does_not_resolve_is_skipped()
    {
        await using var server = FakeServer.Serving();
        int port = int.Parse(server.ConnectionString.Split(':')[1]);
        int lookups = 0;
        await using ZooKeeperClient client = server.Client(o => o with
        {
            Servers = ConnectionString.Parse($"bad.invalid:{port},good.test:{port},slow.test:{port}"),
            ConnectTimeout = TimeSpan.FromSeconds(1),
            Resolve = async (name, token) =>
            {
                switch (name)
                {
                    case "bad.invalid":
                        throw new SocketException((int)SocketError.HostNotFound);
                    case "slow.test":
                        await Task.Delay(Timeout.Infinite, token);
                        return [];
                    default:
                        // First nothing listens there; the name's new address is found by asking again.
                        return Interlocked.Increment(ref lookups) < 3 ? [IPAddress.Parse("127.0.0.99")] : [IPAddress.Parse("127.0.0.98"), IPAddress.Loopback];
                }
            },
        });
        await client.WaitUntilConnectedAsync(Poll.Limit);
        Assert.True(lookups >= 3);
    }

    [Fact]
    public async Task A_name_that_is_slow_to_resolve_does_not_hold_up_the_others()
    {
        await using var server = FakeServer.Serving();
        int port = int.Parse(server.ConnectionString.Split(':')[1]);
        await using ZooKeeperClient client = server.Client(o => o with
        {
            Servers = ConnectionString.Parse($"slow.test:{port},good.test:{port}"),
            ConnectTimeout = TimeSpan.FromMinutes(10),
            Resolve = async (name, token) =>
            {
                if (name == "slow.test")
                {
                    await Task.Delay(Timeout.Infinite, token);
                }

                return [IPAddress.Loopback];
            },
        });
        await client.WaitUntilConnectedAsync(Poll.Limit);
    }

    [Fact]
    public async Task A_resolver_that_throws_anything_does_not_stop_the_search()
    {
        await using var server = FakeServer.Serving();
        int port = int.Parse(server.ConnectionString.Split(':')[1]);
        int lookups = 0;
        await using ZooKeeperClient client = server.Client(o => o with
        {
            Servers = ConnectionString.Parse($"name.test:{port}"),
            Resolve = (_, _) => ++lookups < 3 ? throw new FormatException("nonsense") : Task.FromResult(new[] { IPAddress.Loopback }),
        });
        await client.WaitUntilConnectedAsync(Poll.Limit);
    }
}
