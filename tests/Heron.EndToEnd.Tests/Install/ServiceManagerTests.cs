// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Install;

/// <summary>What systemd is told by the server, and what the unit lets the server do.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private static readonly string Unit = Path.Join(Fixtures.RepositoryRoot, "deploy", "heron-apiserver.service");

    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task It_is_told_when_the_server_serves_reads_again_and_stops()
    {
        var path = Path.Join(_home.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product, _home.Path, ["--cluster", "local"], new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path });

        var ready = await ToldAsync(manager);
        Assert.StartsWith("READY=1\nSTATUS=heron-apiserver ", ready, StringComparison.Ordinal);
        Assert.Contains($"serves cluster local on http://127.0.0.1:{server.Client.BaseAddress!.Port}", ready, StringComparison.Ordinal);

        server.Signal("HUP");
        var reloading = await ToldAsync(manager);
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", reloading, StringComparison.Ordinal);

        // The kernel's clock since the start of the machine, to which systemd compares.
        var since = double.Parse((await File.ReadAllTextAsync("/proc/uptime")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(long.Parse(reloading.Split('=')[^1], System.Globalization.CultureInfo.InvariantCulture) / 1e6, 1, since + 1);
        Assert.Equal("READY=1", await ToldAsync(manager));

        server.Signal("TERM");
        Assert.StartsWith("STOPPING=1", await ToldAsync(manager), StringComparison.Ordinal);
        Assert.Equal(0, await server.EndAsync());
    }

    [Fact]
    public async Task A_manager_that_is_away_is_a_warning_and_the_server_serves()
    {
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product,
            _home.Path,
            ["--cluster", "local"],
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path.Join(_home.Path, "nobody") });
        await Poll.UntilAsync(() => server.Output.Any(l => l.Contains("the service manager could not be told")), "the warning is logged");
        (await server.Client.GetAsync("/health/live")).EnsureSuccessStatusCode();
    }

    [Fact]
    public void The_unit_is_exposed_to_less_than_3_and_without_mistakes()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd is not installed");
        var rated = Tool.Run("systemd-analyze", "security", "--offline=true", "--threshold=29", "--no-pager", Unit);
        Assert.True(rated.Status == 0, rated.Output + rated.Errors);

        // Its program and its user are not on this machine, which is all that may be said.
        using var home = new ServerHome();
        var unit = Path.Join(home.Path, "heron-apiserver.service");
        File.WriteAllText(unit, File.ReadAllText(Unit)
            .Replace("/usr/local/bin/heron-apiserver", "/bin/true", StringComparison.Ordinal)
            .Replace("Documentation=man:heron-apiserver(8)\n", "", StringComparison.Ordinal));
        var verified = Tool.Run("systemd-analyze", "verify", "--man=no", unit);
        Assert.DoesNotContain("heron-apiserver", verified.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> ToldAsync(Socket manager)
    {
        using var limit = new CancellationTokenSource(Poll.Limit);
        var buffer = new byte[4096];
        var length = await manager.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, limit.Token);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
