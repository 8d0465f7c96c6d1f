// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Submissions;

namespace Heron.EndToEnd.Tests;

/// <summary>All that is small to send and large to handle, four at a time, against the real program in 256 MB.</summary>
[Trait("Category", Soak.Category)]
public sealed class SmallMemoryTests : IDisposable
{
    private const string Groups = "/sys/fs/cgroup/memory";
    private const int AtOnce = 4;

    // Of a request that the server has begun to answer, and of what it asks for as a matter of course.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    /// <summary>
    /// In a memory cgroup where this user may make one (bench/in-256mb.sh), otherwise with a heap of 200 MB. HERON_ATTACKS says how many
    /// requests are sent. That every answer to <c>GET /version</c> comes within a second is asked of the long form alone: the short one
    /// runs beside other tests.
    /// </summary>
    [Fact]
    public async Task A_server_that_is_attacked_with_everything_at_once_answers_and_has_no_fault()
    {
        var inGroup = MayMakeGroups();
        await using var server = inGroup
            ? await ServerProcess.StartAsync(
                "/bin/sh", _home.Path, [Path.Join(Fixtures.RepositoryRoot, "bench", "in-256mb.sh"), .. Arguments], Environment("HERON_PROGRAM", ServerProcess.Product))
            : await ServerProcess.StartAsync(ServerProcess.Product, _home.Path, Arguments, Environment("DOTNET_GCHeapHardLimit", "C000000"));
        var port = server.Client.BaseAddress!.Port;
        var idle = await ConnectAsync(port, Soak.Pick(200, 2_000));
        try
        {
            HostileSubmission[] all = [.. HostileSubmission.All, .. Soak.Pick(HostileSubmission.Large.Take(1), HostileSubmission.Large)];
            var count = Soak.Count("HERON_ATTACKS", brief: all.Length, soak: 40 * all.Length);
            var next = -1;
            var answers = new SortedDictionary<string, int>(StringComparer.Ordinal);
            var clock = Stopwatch.StartNew();
            using var over = new CancellationTokenSource();
            var versions = VersionsAsync(server.Client.BaseAddress, over.Token);
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
            {
                for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    var input = all[i % all.Length];
                    using var content = input.Content();
                    var status = await SendAsync(server.Client, content);
                    lock (answers)
                    {
                        var what = $"{input.Name}: {status}";
                        answers[what] = answers.GetValueOrDefault(what) + 1;
                    }

                    await TearAsync(port, i % 2 == 0 ? "update" : "restart");
                }
            }));
            await over.CancelAsync();
            var (asked, longest) = await versions;
            Soak.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"attacks in 256 MB ({(inGroup ? "cgroup" : "heap limit")}): {count} in {clock.Elapsed.TotalMinutes:F1} min beside {idle.Count} idle connections, most memory {Most(server.Id)} MB; GET /version {asked} times, at most {longest.TotalMilliseconds:F0} ms\n  {string.Join("\n  ", answers.Select(a => $"{a.Value} x {a.Key}"))}"));
            Assert.DoesNotContain(answers.Keys, a => a.EndsWith(": 500", StringComparison.Ordinal));
            Assert.True(longest < Patience || !Soak.Long, $"GET /version took {longest}");
        }
        finally
        {
            idle.ForEach(c => c.Dispose());
        }

        Assert.DoesNotContain(server.Output, l => l.Contains("   at ", StringComparison.Ordinal));
        await server.KillAsync();
        RemoveGroup(server.Id);
    }

    private IReadOnlyList<string> Arguments => _home.Arguments("http://127.0.0.1:1");

    private static Dictionary<string, string> Environment(string name, string value) => new() { [name] = value };

    private static bool MayMakeGroups()
    {
        var attempt = Path.Join(Groups, string.Create(CultureInfo.InvariantCulture, $"heron-try-{System.Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(attempt);
            Directory.Delete(attempt);
            return File.Exists(Path.Join(Groups, "memory.limit_in_bytes"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void RemoveGroup(int process)
    {
        var group = Path.Join(Groups, string.Create(CultureInfo.InvariantCulture, $"heron-bench-{process}"));
        try
        {
            if (Directory.Exists(group))
            {
                Directory.Delete(group);
            }
        }
        catch (IOException)
        {
            // The kernel is a moment behind; an empty group costs nothing.
        }
    }

    private static async Task<List<TcpClient>> ConnectAsync(int port, int count)
    {
        var clients = new List<TcpClient>();
        for (var i = 0; i < count; i++)
        {
            clients.Add(new TcpClient("127.0.0.1", port));
            await clients[i].GetStream().WriteAsync("POST /api/v1/topo"u8.ToArray());
        }

        return clients;
    }

    private static async Task<string> SendAsync(HttpClient client, HttpContent content)
    {
        try
        {
            using var answer = await client.PostAsync("/api/v1/topologies", content);
            return ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            // The server has answered and closed, while most of the body was still to come. Whether it lives is asked all the while.
            return "closed before all was sent";
        }
    }

    // A form that ends in the middle of a field. Whoever says nothing more than that need not be answered.
    private static async Task TearAsync(int port, string action)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/topologies/nomad/ads/devel/exclamation/{action} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n--a\r\nContent-Disposition: form-data; name=\"con"));
        var answer = new byte[1024];
        var status = "";
        try
        {
            client.Shutdown(SocketShutdown.Send);
            status = Encoding.ASCII.GetString(answer, 0, await client.ReceiveAsync(answer));
        }
        catch (SocketException)
        {
            // Closed already.
        }

        Assert.True(status.Length == 0 || status.Contains(" 400 ", StringComparison.Ordinal) || status.Contains(" 429 ", StringComparison.Ordinal), status);
    }

    /// <summary>Asks again and again; every answer must be one.</summary>
    private static async Task<(int Count, TimeSpan Longest)> VersionsAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address };
        var (count, longest) = (0, TimeSpan.Zero);
        do
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync("/api/v1/version", CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(start);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            (count, longest) = (count + 1, took > longest ? took : longest);
        }
        while (!cancellationToken.IsCancellationRequested);

        return (count, longest);
    }

    private static long Most(int process) => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))
        .Where(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .Single();
}
