// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>
/// Kill -9 of the server at every failpoint of a submission or a kill, then a restart. What the dead server
/// left is either a whole topology or nothing at all, and the same request succeeds.
/// </summary>
public sealed class CrashTests
{
    private const int MoreThanAnyRequestHas = 60;

    [Fact]
    public async Task Killed_at_any_moment_of_a_submission_the_topology_is_whole_or_gone_and_the_same_submission_succeeds()
    {
        await using var place = await NomadAndFolder.StartAsync();
        var moments = new List<string>();
        for (var count = 0; count < MoreThanAnyRequestHas; count++)
        {
            var moment = await Crash.AtAsync(place, "launch begins", count, Submit.SendAsync);
            if (moment is null)
            {
                break;
            }

            moments.Add(moment);
        }

        AssertMoments(moments, "launch begins", "publish begins", "package is described", "package is published", "publish done", "register done", "is started", "schedule done", "announce done", "launched");
    }

    [Fact]
    public async Task Killed_at_any_moment_of_a_kill_the_topology_is_gone_after_the_restart()
    {
        await using var place = await NomadAndFolder.StartAsync();
        var moments = new List<string>();
        for (var count = 0; count < MoreThanAnyRequestHas; count++)
        {
            var moment = await Crash.AtAsync(place, "kill begins", count, async client =>
            {
                (await Submit.SendAsync(client)).EnsureSuccessStatusCode();
                return await client.DeleteAsync(Submit.TopologyPath);
            });
            if (moment is null)
            {
                break;
            }

            moments.Add(moment);
        }

        AssertMoments(moments, "kill begins", "is ended", "containers are stopped", "register undone", "package is removed", "killed");
    }

    [Fact]
    public async Task Killed_while_a_client_uploads_nothing_is_left_after_the_restart()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        using var home = new ServerHome();
        using var client = new System.Net.Sockets.TcpClient();
        await using (var server = await ServerProcess.StartAsync(ServerProcess.Product, home.Path, home.Arguments(nomad.Uri)))
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
            await client.GetStream().WriteAsync(
                "POST /api/v1/file/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n--a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.jar\"\r\n\r\nBYTES"u8.ToArray());
            await client.GetStream().WriteAsync(new byte[400_000]);
            await Poll.UntilAsync(() => home.StoredFiles().Count > 0, "the upload has begun");
            await server.KillAsync();
        }

        Assert.NotEmpty(home.StoredFiles());
        await using var next = await ServerProcess.StartAsync(ServerProcess.Product, home.Path, home.Arguments(nomad.Uri));
        Assert.Empty(home.StoredFiles());
    }

    private static void AssertMoments(IReadOnlyList<string> moments, params string[] expected)
    {
        foreach (var text in expected)
        {
            Assert.True(moments.Any(m => m.Contains(text, StringComparison.Ordinal)), $"{text} is not among:\n{string.Join('\n', moments)}");
        }
    }
}
