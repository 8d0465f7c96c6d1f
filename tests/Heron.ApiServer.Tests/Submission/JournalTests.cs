using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.ApiServer.Topologies;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Packages;
using Heron.Core.Topologies;
using Heron.Core.Storage;
using Heron.Operations.Journal;
using Heron.Operations.Update;
using Heron.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Proto = Heron.Core.Protobuf;

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

    [Theory]
    [MemberData(nameof(Intents))]
    public void What_is_written_is_read_again(Intent intent)
    {
        var read = EntryFormat.Read(EntryFormat.Write(intent));
        Assert.Equal(EntryFormat.Write(intent), EntryFormat.Write(read));
        Assert.Equal(intent.GetType(), read.GetType());
    }

    public static TheoryData<Intent> Intents()
    {
        var topology = new TopologyIdentity("c", "r", "e", "words", "words-id");
        var plan = new Proto.PackingPlan { Id = "id" };
        return new TheoryData<Intent>
        {
            new SubmitIntent(topology, DateTimeOffset.UnixEpoch, "server")
            {
                Package = new PublishedPackage("file:///words.tar.gz", "ab"), Registered = true, Scheduled = true,
            },
            new KillIntent(topology, DateTimeOffset.UnixEpoch),
            new UpdateIntent(topology, DateTimeOffset.UnixEpoch, new PlanChange(plan, plan), RunsAfterwards: true)
            {
                RuntimeSettings = [new RuntimeSetting("word", "key", "value")], LockOwner = "me",
            },
        };
    }

    [Fact]
    public void A_submission_in_the_journal_of_release_0_1_0_is_understood()
    {
        var intent = Assert.IsType<SubmitIntent>(EntryFormat.Read(
            """
            {"kind":"submit","topology_name":"exclamation","begun":"2024-05-01T10:00:00+00:00","detail":"{\u0022topology\u0022:{\u0022cluster\u0022:\u0022nomad\u0022,\u0022role\u0022:\u0022ads\u0022,\u0022environment\u0022:\u0022devel\u0022,\u0022name\u0022:\u0022exclamation\u0022,\u0022id\u0022:\u0022exclamation-1\u0022},\u0022instance\u0022:\u00220a\u0022,\u0022package\u0022:{\u0022uri\u0022:\u0022http://h:9000/api/v1/file/download/x\u0022,\u0022sha256\u0022:\u0022ab\u0022},\u0022registered\u0022:true,\u0022scheduled\u0022:false}"}
            """u8));
        Assert.Equal(new TopologyIdentity("nomad", "ads", "devel", "exclamation", "exclamation-1"), intent.Topology);
        Assert.Equal(new DateTimeOffset(2024, 5, 1, 10, 0, 0, TimeSpan.Zero), intent.Begun);
        Assert.Equal(new PublishedPackage("http://h:9000/api/v1/file/download/x", "ab"), intent.Package);
        Assert.Equal(("0a", true, false), (intent.PublishedBy, intent.MayBeRegistered, intent.MayRun));
    }

    [Fact]
    public void A_kill_in_the_journal_of_release_0_1_0_is_understood_and_means_packages_of_every_server()
    {
        var intent = Assert.IsType<KillIntent>(EntryFormat.Read(
            """
            {"kind":"kill","topology_name":"a","begun":"2024-05-01T10:00:00+00:00","detail":"{\"topology\":{\"cluster\":\"c\",\"role\":\"r\",\"environment\":\"\",\"name\":\"a\",\"id\":\"a-1\"},\"instance\":\"0a\",\"package\":null,\"registered\":true,\"scheduled\":true}"}
            """u8));
        Assert.Equal(("a-1", null), (intent.Topology.Id, intent.Package));
        Assert.Equal((null, true, true), (intent.PublishedBy, intent.MayBeRegistered, intent.MayRun));
    }

    [Fact]
    public void An_update_in_the_journal_of_release_0_1_0_is_understood()
    {
        var intent = Assert.IsType<UpdateIntent>(EntryFormat.Read(
            """
            {"kind":"update","topology_name":"a","begun":"2024-05-01T10:00:00+00:00","detail":"{\"cluster\":\"c\",\"role\":\"r\",\"environment\":\"e\",\"name\":\"a\",\"id\":\"a-id\",\"current_plan\":\"CgJpZA==\",\"proposed_plan\":\"CgJpZA==\",\"runs_afterwards\":true,\"begun\":\"2024-05-01T10:00:00+00:00\",\"runtime_settings\":[{\"component\":null,\"key\":\"k\",\"value\":\"v\"}]}"}
            """u8));
        Assert.Equal("a-id", intent.Topology.Id);
        Assert.True(intent.IsBefore(new Proto.PackingPlan { Id = "id" }));
        Assert.Equal([new RuntimeSetting(null, "k", "v")], intent.RuntimeSettings);
        Assert.True(intent.RunsAfterwards);
        Assert.Null(intent.LockOwner);
    }

    [Fact]
    public void An_entry_of_a_kind_that_only_a_newer_server_knows_keeps_its_topology()
    {
        var intent = EntryFormat.Read(
            """{"kind":"split","topology":{"name":"words","id":"w-1"},"begun":"2024-05-01T10:00:00+00:00","halves":2}"""u8);
        Assert.Equal(("split", "words", true), (intent.Kind, intent.Topology.Name, intent.HoldsUpOthers));
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
        Assert.Contains(journal, message);
        Assert.Equal(calls, server.Scheduler.Calls.Count);
        Assert.Equal(["exclamation"], await server.State.ListTopologiesAsync(default));

        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(TopologyPath)).StatusCode);
        Assert.Contains(server.Log.Lines, l => l.Contains("killed without a note in the journal"));
        Assert.Empty(server.Scheduler.Running);
        Assert.Empty(await server.State.ListTopologiesAsync(default));
        Assert.DoesNotContain(server.StoredFiles(), f => f.Contains("/work/", StringComparison.Ordinal) || f[0] != '.');
    }

    [Fact]
    public async Task A_full_disk_is_told_as_such_and_the_beginning_of_a_file_does_not_stay_on_it()
    {
        using var folder = InstanceFolder.Open(Path.Join(_folder, "store"));
        var full = Path.Join(folder.Work, "full");
        File.CreateSymbolicLink(full, "/dev/full");
        var journal = new FolderJournal(folder, () => full, NullLogger<FolderJournal>.Instance);
        var intent = new KillIntent(new TopologyIdentity("c", "r", "e", "words", "words-id"), DateTimeOffset.UnixEpoch);

        var fault = await Assert.ThrowsAsync<HeronException>(() => journal.BeginAsync(intent, CancellationToken.None));

        Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
        Assert.Contains("cannot write its journal", fault.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Work));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Journal));
    }
}
