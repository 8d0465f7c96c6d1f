// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Packages;
using Heron.Core.Storage;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Proto = Heron.Core.Protobuf;

namespace Heron.Operations.Tests.Journal;

/// <summary>What the journal writes, what it reads, and what it cannot write.</summary>
public sealed class FolderJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-journal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_begun_and_neither_completed_nor_worked_on_is_unfinished_for_the_next_server()
    {
        var topology = new TopologyIdentity("c", "r", "e", "words", "words-id");
        var kill = new KillIntent(topology, DateTimeOffset.UnixEpoch);
        using (var folder = InstanceFolder.Open(Path.Join(_folder, "store")))
        {
            var journal = new FolderJournal(folder, NullLogger<FolderJournal>.Instance);
            using (var done = await journal.BeginAsync(kill, CancellationToken.None))
            {
                await done.CompleteAsync(CancellationToken.None);
            }

            using (var left = await journal.BeginAsync(kill, CancellationToken.None))
            {
                Assert.Empty(await journal.UnfinishedAsync(CancellationToken.None));
                await left.ReplaceAsync(kill with { Package = new PublishedPackage("file:///x", null) }, CancellationToken.None);
            }

            Assert.Single(await journal.UnfinishedAsync("words", CancellationToken.None));
        }

        using var next = InstanceFolder.Open(Path.Join(_folder, "store"));
        var taken = new FolderJournal(next, NullLogger<FolderJournal>.Instance);
        var entry = Assert.Single(await taken.UnfinishedAsync(CancellationToken.None));
        Assert.Equal("file:///x", Assert.IsType<KillIntent>(entry.Intent).Package?.Uri);
        await entry.CompleteAsync(CancellationToken.None);
        Assert.Empty(await taken.UnfinishedAsync(CancellationToken.None));
        Assert.Empty(Directory.GetFiles(next.Journal));
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
