// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper;

namespace Heron.EndToEnd.Tests.ZooKeeperFaults;

/// <summary>
/// A server whose way to a real ZooKeeper leads through a proxy that breaks connections, and an observer that looks at ZooKeeper
/// past the proxy.
/// </summary>
internal sealed class FaultWorld : ServerWorld
{
    /// <summary>Jobs of the topology that is submitted.</summary>
    public const int Containers = 3;

    // What uploads of jar files are called in the store; the packages of topologies are not.
    private const string Uploaded = "-topology.jar";

    private static int _chroots;

    private readonly ConcurrentQueue<ProxyFault> _next = new();
    private readonly string _chroot;
    private readonly Patience _patience;
    private readonly ZooKeeperClient _observer;

    private FaultWorld(ZooKeeperServer zooKeeper, Patience patience, ScriptedNomad nomad)
    {
        _chroot = string.Create(CultureInfo.InvariantCulture, $"/faults-{Interlocked.Increment(ref _chroots)}");
        _patience = patience;
        Nomad = nomad;
        Proxy = new BreakingProxy(zooKeeper.Port, _ => _next.TryDequeue(out var fault) ? fault : Otherwise);
        _observer = ZooKeeperClient.Start(ZooKeeperOptions.For(zooKeeper.ConnectionString + _chroot) with
        {
            // It is there to look, also shortly after the server was killed or has lost its data.
            SessionTimeout = TimeSpan.FromSeconds(3),
            OperationTimeout = Poll.Limit,
            MaxReconnectDelay = TimeSpan.FromMilliseconds(50),
        });
    }

    public BreakingProxy Proxy { get; }

    /// <summary>The fault of every connection that has none of its own.</summary>
    public ProxyFault Otherwise { get; set; } = ProxyFault.None;

    /// <summary>In the server's store, its workspaces and its journal.</summary>
    public IReadOnlyList<string> Files => Home.StoredFiles();

    public IReadOnlyList<string> Jobs => Nomad!.JobIds;

    /// <summary>Starts everything; the server is up and its directories are made when this returns.</summary>
    public static async Task<FaultWorld> StartAsync(ZooKeeperServer zooKeeper, Patience patience)
    {
        var world = await PrepareAsync(zooKeeper, patience);
        try
        {
            await world.StartServerAsync();
            await world.UntilTidyAsync();
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }

        return world;
    }

    /// <summary>Everything but the server.</summary>
    public static async Task<FaultWorld> PrepareAsync(ZooKeeperServer zooKeeper, Patience patience) =>
        new(zooKeeper, patience, await ScriptedNomad.StartAsync());

    /// <param name="hosts">The hosts of the connection string; the proxy alone when null.</param>
    /// <param name="more">More flags.</param>
    public Task StartServerAsync(string? hosts = null, params string[] more) => StartServerAsync(Home.Arguments(
        Nomad!.Uri,
        [
            "-D", "heron.class.state.manager=org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager",
            "-D", "heron.statemgr.root.path=/heron",
            "-D", $"heron.statemgr.connection.string={hosts ?? Proxy.ConnectionString}{_chroot}",
            .. _patience.Arguments,
            .. more,
        ]));

    public string WriteFile(string name, byte[] bytes)
    {
        string path = Path.Join(Home.Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Submits; whatever the answer, it has come within <paramref name="limit"/>.</summary>
    public Task<Answer> SubmitAsync(TimeSpan? limit = null) => TimedAsync(() => Submit.SendAsync(Http), limit);

    /// <summary>Kills the topology; whatever the answer, it has come within <paramref name="limit"/>.</summary>
    public Task<Answer> KillAsync(TimeSpan? limit = null) => TimedAsync(() => Http.DeleteAsync(Submit.TopologyPath), limit);

    /// <summary>Submits until ZooKeeper is found again; a new connection may take longer than one request waits.</summary>
    public Task<Answer> UntilSubmittedAsync() => UntilAvailableAsync(() => SubmitAsync());

    /// <summary>Kills until ZooKeeper is found again.</summary>
    public Task<Answer> UntilKilledAsync() => UntilAvailableAsync(() => KillAsync());

    /// <summary>Any request.</summary>
    public static async Task<Answer> TimedAsync(Func<Task<HttpResponseMessage>> request, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        using var response = await request();
        string text = await response.Content.ReadAsStringAsync();
        var answer = new Answer(response.StatusCode, MessageIn(text), clock.Elapsed);
        Assert.True(answer.Elapsed < (limit ?? Poll.Limit), $"too late: {answer}");
        return answer;
    }

    /// <summary>Everything that exists of a topology: znodes, jobs, files.</summary>
    public async Task<Traces> LookAsync() => new(
        await NodesAsync(),
        Nomad!.JobIds,
        [.. Files.Where(f => !IsJournal(f) && !f.Contains(Uploaded, StringComparison.Ordinal))],
        [.. Files.Where(IsJournal)]);

    /// <summary>All of a topology is there, each part once, and nothing else.</summary>
    public async Task AssertWholeAsync(string when)
    {
        var traces = await LookAsync();
        Assert.True(IsWhole(traces), $"{when}: not whole:\n{traces}\n{Tail}");
    }

    /// <summary>Nothing of a topology is there at this moment.</summary>
    public async Task AssertNothingAsync(string when)
    {
        var traces = await LookAsync();
        Assert.True(traces.AreNone, $"{when}: something is left:\n{traces}\n{Tail}");
    }

    /// <summary>The answer says that ZooKeeper is away, and which one.</summary>
    public void AssertUnavailable(Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, answer.ToString());
        Assert.Contains("ZooKeeper", answer.Message);
        Assert.Contains(Proxy.ConnectionString, answer.Message);
    }

    /// <summary>Waits until the server has cleaned up by itself what a failure has left.</summary>
    public async Task UntilNothingAsync(string when)
    {
        Traces? traces = null;
        await Poll.UntilAsync(
            async () => (traces = await LookAsync()).AreNone,
            () => $"{when}: something is left:\n{traces}\n{Tail}");
    }

    /// <summary>How often each job was registered, counted since the last call.</summary>
    public IReadOnlyList<int> TakeRegistrations()
    {
        int[] counts = [.. Nomad!.Requests.Where(r => r.Registers).GroupBy(r => (string)r.Job["ID"]!).Select(g => g.Count())];
        Nomad!.ClearRequests();
        return counts;
    }

    /// <summary>
    /// Breaks the server's connection and waits until it has a new one and has done what it does with every new one.
    /// </summary>
    /// <param name="faults">The faults of the new connection and of those that follow it.</param>
    /// <returns>The bytes that the new connection has carried so far.</returns>
    public async Task<(long Up, long Down)> ReconnectAsync(params ProxyFault[] faults)
    {
        Otherwise = ProxyFault.None;
        _next.Clear();
        Array.ForEach(faults, _next.Enqueue);
        int connections = Proxy.Connections;
        (long up, long down) = (Proxy.BytesUp, Proxy.BytesDown);
        Proxy.CutAll();
        await Poll.UntilAsync(() => Proxy.Connections > connections, "the server does not connect again");
        await UntilQuietAsync();
        return (Proxy.BytesUp - up, Proxy.BytesDown - down);
    }

    /// <summary>The bytes that a connection has carried before and after something is done over it.</summary>
    public async Task<Stretch> MeasureAsync(bool up, Func<Task> work)
    {
        var before = await ReconnectAsync();
        long atStart = up ? Proxy.BytesUp : Proxy.BytesDown;
        await work();
        long carried = (up ? Proxy.BytesUp : Proxy.BytesDown) - atStart;
        long first = up ? before.Up : before.Down;
        return new Stretch(first, first + carried);
    }

    /// <summary>Waits until nothing goes over the proxy for a while.</summary>
    public Task UntilQuietAsync()
    {
        const int Looks = 8;
        (long Up, long Down) before = default;
        int same = 0;
        return Poll.UntilAsync(
            () =>
            {
                var now = (Proxy.BytesUp, Proxy.BytesDown);
                same = now == before && now.BytesDown > 0 ? same + 1 : 0;
                before = now;
                return same >= Looks;
            },
            "the connection does not come to rest");
    }

    protected override async Task EndSurroundingsAsync()
    {
        await Proxy.DisposeAsync();
        await _observer.DisposeAsync();
    }

    private static async Task<Answer> UntilAvailableAsync(Func<Task<Answer>> request)
    {
        Answer? answer = null;
        await Poll.UntilAsync(
            async () => (int)(answer = await request()).Status < 500,
            () => $"ZooKeeper is not found again: {answer}");
        return answer!;
    }

    private static bool IsJournal(string file) => file.Contains("/journal/", StringComparison.Ordinal);

    private static string MessageIn(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("message", out var message) ? message.GetString()! : "";
    }

    private static bool IsWhole(Traces traces) =>
        traces.Nodes.Order(StringComparer.Ordinal).SequenceEqual(
            new[] { "executionstate", "packingplans", "schedulers", "topologies" }.Select(d => $"{d}/{Submit.Name}"))
        && traces.Jobs.Count == Containers

        // Package, its description and its note.
        && traces.Files.Count == 3
        && traces.Journal.Count == 0;

    private async Task UntilTidyAsync()
    {
        await Poll.UntilAsync(
            async () => await _observer.ExistsAsync("/heron/locks") is not null,
            () => "the directories are not made");
        await UntilQuietAsync();
    }

    private async Task<IReadOnlyList<string>> NodesAsync()
    {
        var nodes = new List<string>();
        foreach (string directory in new[] { "executionstate", "packingplans", "pplans", "schedulers", "topologies" })
        {
            nodes.AddRange((await ChildrenAsync("/heron/" + directory)).Select(name => $"{directory}/{name}"));
        }

        return nodes;
    }

    private async Task<IReadOnlyList<string>> ChildrenAsync(string path)
    {
        try
        {
            await _observer.SyncAsync("/");
            return (await _observer.GetChildrenAsync(path)).Names;
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoNode)
        {
            return [];
        }
    }
}
