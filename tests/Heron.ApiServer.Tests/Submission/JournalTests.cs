// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Storage;
using Heron.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>Entries of the journal that are damaged, and a disk that takes none.</summary>
public sealed class JournalTests : IDisposable
{
    private const string TopologyPath = "/api/v1/topologies/nomad/ads/devel/exclamation";

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-journal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"kind":"submit","topology_name":"exclamation","begun":"2024-05-01T10:00:00+00:00","det""")]
    [InlineData("""{"kind":null,"topology_name":"exclamation","begun":"2024-05-01T10:00:00+00:00","detail":"{}"}""")]
    [InlineData("""{"kind":"submit","topology_name":"exclamation","begun":"2024-05-01T10:00:00+00:00","detail":""}""")]
    [InlineData("""{"kind":"kill","topology_name":"exclamation","begun":"2024-05-01T10:00:00+00:00","detail":"{}"}""")]
    [InlineData("""{"kind":"update","topology_name":"exclamation","begun":"2024-05-01T10:00:00+00:00","detail":"{\"cluster\":\"c\"}"}""")]
    public async Task A_damaged_entry_is_told_and_kept_and_hinders_nothing(string content)
    {
        var dead = Directory.CreateDirectory(Path.Join(_folder, "store", ".server", "dead", "journal")).FullName;
        await File.WriteAllTextAsync(Path.Join(dead, "intent-1.json"), content);

        await using var server = await TestServer.StartAsync(folder: _folder);

        var kept = Path.Join(_folder, "store", ".server", "damaged-intent-1.json");
        await Poll.UntilAsync(() => File.Exists(kept), "the entry is set aside");
        Assert.Equal(content, await File.ReadAllTextAsync(kept));
        await Poll.UntilAsync(
            () => server.Log.Lines.Any(l => l.Contains("an entry of the journal is damaged") && l.Contains(kept)), "that is told");
        Assert.Equal(HttpStatusCode.Created, (await SubmissionTests.SubmitAsync(server)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(TopologyPath)).StatusCode);
    }

    [Fact]
    public async Task Without_a_journal_nothing_is_begun_but_a_kill()
    {
        await using var server = await TestServer.StartAsync(folder: _folder);
        Assert.Equal(HttpStatusCode.Created, (await SubmissionTests.SubmitAsync(server)).StatusCode);
        var journal = server.Services.GetRequiredService<InstanceFolder>().Journal;
        Directory.Delete(journal);
        await File.WriteAllTextAsync(journal, "in the way");
        var calls = server.Scheduler.Calls.Count;

        var other = Forms.Fields("syn-2c-5i");
        using var refused = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(
            other, Forms.Definition("syn-2c-5i"), "syn-2c-5i.defn")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var message = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString();
        Assert.Contains("cannot write its journal", message);
        Assert.DoesNotContain(_folder, message);
        Assert.Contains(server.Log.Lines, l => l.Contains(journal, StringComparison.Ordinal));
        Assert.Equal(calls, server.Scheduler.Calls.Count);
        Assert.Equal(["exclamation"], await server.State.ListTopologiesAsync(default));

        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(TopologyPath)).StatusCode);
        Assert.Contains(server.Log.Lines, l => l.Contains("killed without a note in the journal"));
        Assert.Empty(server.Scheduler.Running);
        Assert.Empty(await server.State.ListTopologiesAsync(default));
        Assert.DoesNotContain(server.StoredFiles(), f => f.Contains("/work/", StringComparison.Ordinal) || f[0] != '.');
    }
}
