// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Storage;
using Heron.Packages.Store;
using Heron.Packages.Tests.Conformance;
using Heron.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Heron.Packages.Tests.Store;

public sealed class PackageStoreTests : IDisposable
{
    private const string JavaName = "11111111-2222-3333-4444-555555555555-topology.tar.gz";

    private readonly StoreFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_content_is_on_the_disk_once_whatever_its_names()
    {
        var store = _folder.Open();
        var names = Enumerable.Range(0, 5).Select(_ => Publish(store, "same").Value).ToList();
        Assert.Equal(5, names.Distinct().Count());
        var sha256 = Sha256("same");
        Assert.Equal(6, HardLink.CountOf(Path.Join(_folder.Path, ".content", sha256)));
        Assert.Equal(4, store.Bytes);
        Assert.All(names, name => Assert.Equal("same", Read(store, name)));
    }

    [Fact]
    public void A_content_goes_with_its_last_name()
    {
        var store = _folder.Open();
        var first = Publish(store, "same");
        var second = Publish(store, "same");
        Assert.True(store.Remove(first));
        Assert.Equal("same", Read(store, second.Value));
        Assert.Null(store.Open(first.Value));
        Assert.True(store.Remove(second));
        Assert.False(store.Remove(second));
        Assert.Empty(_folder.Files());
        Assert.Equal(0, store.Bytes);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public async Task Fifty_publications_and_removals_of_one_content_at_once_leave_what_they_should()
    {
        var store = _folder.Open();
        var other = _folder.Open();
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), Token, (i, _) =>
        {
            var mine = i % 2 == 0 ? store : other;
            var name = Publish(mine, "same");
            Assert.Equal("same", Read(mine, name.Value));
            mine.Remove(name);
            return ValueTask.CompletedTask;
        });
        var last = Publish(store, "same");
        Assert.Equal("same", Read(store, last.Value));
        store.Remove(last);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void Everything_that_is_known_is_read_from_the_folder_again()
    {
        var before = _folder.Open();
        var name = Publish(before, "mine", topologyId: "t-1", by: "ads");
        Publish(before, "mine");
        var known = before.Find(name);
        _folder.Close();

        var after = _folder.Open();
        Assert.Equal(known, after.Find(name));
        Assert.Equal(2, after.Count);
        Assert.Equal(4, after.Bytes);
        Assert.Equal("t-1", after.TopologyIdOf($"http://any:1/api/v1/file/download/{name}"));
        Assert.Equal(1, after.RemoveOf("t-1", instance: null));
        Assert.Null(after.Open(name.Value));
    }

    [Fact]
    public void Packages_of_a_topology_go_whatever_became_of_its_submission_and_no_others()
    {
        var store = _folder.Open();
        Publish(store, "a", topologyId: "t-1");
        Publish(store, "b", topologyId: "t-1");
        var other = Publish(store, "a", topologyId: "t-2");
        Assert.Equal(0, store.RemoveOf("t-1", instance: "another-process"));
        Assert.Equal(2, store.RemoveOf("t-1", instance: null));
        Assert.Equal(0, store.RemoveOf("t-1", instance: null));
        Assert.Equal("a", Read(store, other.Value));
    }

    [Fact]
    public void What_another_server_puts_into_the_folder_is_found_by_its_name()
    {
        var mine = _folder.Open();
        var other = _folder.Open();
        var name = Publish(other, "theirs", topologyId: "t-9");
        Assert.Equal("theirs", Read(mine, name.Value));
        Assert.Equal("t-9", mine.TopologyIdOf("http://other/api/v1/file/download/" + name));
        Assert.True(mine.Remove("http://other/api/v1/file/download/" + name));
        Assert.Null(other.Open(name.Value));
    }

    [Fact]
    public void A_running_download_goes_on_when_its_package_is_removed()
    {
        var store = _folder.Open();
        var name = Publish(store, "content");
        using var file = store.Open(name.Value)!;
        store.Remove(name);
        Assert.Equal("content", Read(file));
    }

    [Fact]
    public void A_store_of_version_0_1_0_is_taken_over()
    {
        var name = JavaName;
        Directory.CreateDirectory(Path.Join(_folder.Path, ".meta"));
        File.WriteAllText(Path.Join(_folder.Path, name), "old");
        File.WriteAllText(
            Path.Join(_folder.Path, ".meta", name + ".json"),
            $$"""{"sha256":"{{Sha256("old")}}","length":3,"stored":"2026-01-02T03:04:05+00:00","instance":"0123456789abcdef0123456789abcdef","topology_id":"t-old"}""");
        var store = _folder.Open();
        using (var file = store.Open(name)!)
        {
            Assert.Equal($"\"{Sha256("old")}\"", file.ETag);
        }

        Assert.Equal("t-old", store.TopologyIdOf("http://x/api/v1/file/download/" + name));
        Assert.Equal(1, store.RemoveOf("t-old", instance: null));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task Files_of_a_Java_server_are_served_at_once_and_described_when_nobody_writes_them_any_more()
    {
        var path = Path.Join(_folder.Path, JavaName);
        await File.WriteAllTextAsync(path, "java", Token);
        var store = _folder.Open(time: _time);
        Assert.Equal("java", Read(store, JavaName));
        Assert.Null(store.Page(null, 10).Single().Sha256);

        // Written just now: it may not be all yet.
        await store.SweepAsync(new Held(), Token);
        Assert.Null(store.Page(null, 10).Single().Sha256);

        _time.Advance(TimeSpan.FromMinutes(5));
        await store.SweepAsync(new Held(), Token);
        Assert.Equal(Sha256("java"), store.Page(null, 10).Single().Sha256);
        using var file = store.Open(JavaName)!;
        Assert.Equal(Sha256("java"), file.Sha256);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_does_not_keep_the_others_from_being_swept()
    {
        // A socket, for nobody opens that, not even root.
        using var unreadable = Unreadable(Path.Join(_folder.Path, "0" + JavaName[1..]));
        await File.WriteAllTextAsync(Path.Join(_folder.Path, JavaName), "java", Token);
        var store = _folder.Open(time: _time);
        var orphan = Path.Join(_folder.Path, ".content", Sha256("orphan"));
        await File.WriteAllTextAsync(orphan, "orphan", Token);
        _time.Advance(TimeSpan.FromMinutes(5));
        await store.SweepAsync(new Held(), Token);
        Assert.Equal(Sha256("java"), store.Find(JavaNamed())!.Sha256);
        Assert.False(File.Exists(orphan));

        _time.Advance(TimeSpan.FromDays(8));
        await store.SweepAsync(new Held(), Token);
        Assert.Null(store.Open(JavaName));
    }

    [Fact]
    public async Task A_package_that_cannot_be_removed_does_not_keep_the_others()
    {
        // A folder where its description is: nobody deletes that as a file, not even root.
        var stuck = "0" + JavaName[1..];
        await File.WriteAllTextAsync(Path.Join(_folder.Path, stuck), "stuck", Token);
        await File.WriteAllTextAsync(Path.Join(_folder.Path, JavaName), "java", Token);
        var store = _folder.Open(time: _time);
        _time.Advance(TimeSpan.FromMinutes(5));
        await store.SweepAsync(new Held(), Token);
        File.Delete(Path.Join(_folder.Path, ".meta", stuck + ".json"));
        Directory.CreateDirectory(Path.Join(_folder.Path, ".meta", stuck + ".json"));

        _time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(1, await store.SweepAsync(new Held(), Token));
        Assert.Null(store.Open(JavaName));

        Directory.Delete(Path.Join(_folder.Path, ".meta", stuck + ".json"));
        Assert.Equal(1, await store.SweepAsync(new Held(), Token));
    }

    [Fact]
    public void A_file_that_is_there_and_cannot_be_opened_is_told_without_where_it_is()
    {
        using var unreadable = Unreadable(Path.Join(_folder.Path, JavaName));
        var fault = Assert.Throws<HeronException>(() => _folder.Open().Open(JavaName));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains(JavaName, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, fault.Message, StringComparison.Ordinal);

        using var core = Unreadable(Path.Join(_folder.Path, "heron-core-1.2.3.tar.gz"));
        fault = Assert.Throws<HeronException>(() => new CorePackages(Path.Join(_folder.Path, "heron-core-1.2.3.tar.gz")).Open());
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.DoesNotContain(_folder.Path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_cannot_be_read_is_told_without_where_it_is()
    {
        var store = _folder.Open();
        Directory.CreateDirectory(Path.Join(_folder.Path, ".meta", JavaName + ".json"));
        File.WriteAllText(Path.Join(_folder.Path, JavaName), "x");
        var fault = Assert.Throws<HeronException>(() => store.Open(JavaName));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.DoesNotContain(_folder.Path, fault.Message, StringComparison.Ordinal);

        Directory.Delete(Path.Join(_folder.Path, ".meta", JavaName + ".json"));
        File.WriteAllText(Path.Join(_folder.Path, ".meta", JavaName + ".json"), "{");
        Assert.DoesNotContain(_folder.Path, Assert.Throws<HeronException>(() => store.Open(JavaName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_below_a_file_is_not_there()
    {
        var file = Path.Join(_folder.Path, "heron-core-1.2.3.tar.gz");
        File.WriteAllText(file, "x");
        Assert.Null(Posix.OpenForReading(Path.Join(file, "x"), followLink: true));
        var fault = Assert.Throws<HeronException>(() => new CorePackages(Path.Join(file, "heron-core-1.2.3.tar.gz")).Open());
        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.DoesNotContain(_folder.Path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_changed_behind_the_servers_back_is_not_served_under_its_old_digest()
    {
        var store = _folder.Open();
        var name = Publish(store, "content");
        File.Delete(Path.Join(_folder.Path, name.Value));
        File.WriteAllText(Path.Join(_folder.Path, name.Value), "something longer");
        using var file = store.Open(name.Value)!;
        Assert.Null(file.Sha256);
        Assert.DoesNotContain(Sha256("content"), file.ETag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_holds_goes_after_the_retention_and_what_a_topology_holds_stays()
    {
        var store = _folder.Open(time: _time);
        var forgotten = Publish(store, "a");
        var described = Publish(store, "b", topologyId: "running");
        var fetched = Publish(store, "c");
        var ended = Publish(store, "d", topologyId: "killed-elsewhere");
        var held = new Held("running") { Uris = { [$"http://h/api/v1/file/download/{fetched}"] = "of-java" } };

        _time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(0, await store.SweepAsync(held, Token));
        Assert.Equal(0, held.Asked);

        _time.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal(2, await store.SweepAsync(held, Token));
        Assert.Null(store.Open(forgotten.Value));
        Assert.Null(store.Open(ended.Value));
        Assert.Equal("b", Read(store, described.Value));
        Assert.Equal("c", Read(store, fetched.Value));
    }

    [Fact]
    public async Task The_package_of_a_topology_that_somebody_else_killed_goes_after_a_pause()
    {
        var ours = new StoreSettings { Place = "ours" };
        var store = _folder.Open(ours, _time);
        var killed = Publish(store, "a", topologyId: "killed-elsewhere");
        var runs = Publish(store, "b", topologyId: "running");
        var upload = Publish(store, "c");
        var neighbour = Publish(_folder.Open(new StoreSettings { Place = "a neighbour's" }, _time), "d", topologyId: "of-a-neighbour");
        var unknown = Publish(_folder.Open(time: _time), "e", topologyId: "of-an-earlier-version");

        // What is known of it lives as long as the folder.
        store = _folder.Open(ours, _time);
        Assert.Equal(0, await store.SweepAsync(new Held("running"), Token));
        _time.Advance(TimeSpan.FromHours(1.1));
        Assert.Equal(0, await store.SweepAsync(new Held("running"), Token));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, await store.SweepAsync(new Held("running"), Token));
        _time.Advance(TimeSpan.FromMinutes(25));
        Assert.Equal(1, await store.SweepAsync(new Held("running"), Token));
        Assert.Null(store.Open(killed.Value));
        Assert.All([runs, upload, neighbour, unknown], name => Read(store, name.Value));
    }

    [Fact]
    public async Task A_topology_that_comes_back_in_the_pause_keeps_its_package()
    {
        var store = _folder.Open(new StoreSettings { Place = "ours" }, _time);
        var name = Publish(store, "a", topologyId: "restored");
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await store.SweepAsync(new Held(), Token));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await store.SweepAsync(new Held("restored"), Token));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await store.SweepAsync(new Held(), Token));
        Assert.Equal("a", Read(store, name.Value));
    }

    [Fact]
    public async Task What_is_fetched_now_and_then_is_not_forgotten()
    {
        var store = _folder.Open(time: _time);
        var name = Publish(store, "a");
        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal("a", Read(store, name.Value));
        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, await store.SweepAsync(new Held(), Token));
        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(1, await store.SweepAsync(new Held(), Token));
    }

    [Fact]
    public async Task Nothing_goes_when_nobody_can_say_what_is_needed_or_packages_are_kept_for_ever()
    {
        var store = _folder.Open(time: _time);
        Publish(store, "a");
        _time.Advance(TimeSpan.FromDays(8));
        await Assert.ThrowsAsync<HeronException>(() => store.SweepAsync(new Held { IsAway = true }, Token));
        Assert.Equal(1, store.Count);

        var keeps = _folder.Open(new StoreSettings { Retention = TimeSpan.Zero }, _time);
        _time.Advance(TimeSpan.FromDays(10_000));
        Assert.Equal(0, await keeps.SweepAsync(new Held(), Token));
    }

    [Fact]
    public void Packages_are_listed_page_by_page_each_once()
    {
        var store = _folder.Open();
        var names = Enumerable.Range(0, 25).Select(i => Publish(store, $"{i}").Value).Order(StringComparer.Ordinal).ToList();
        var listed = new List<string>();
        for (var page = store.Page(null, 10); page.Count > 0; page = store.Page(page[^1].Name.Value, 10))
        {
            Assert.True(page.Count <= 10);
            listed.AddRange(page.Select(package => package.Name.Value));
        }

        Assert.Equal(names, listed);
    }

    [Fact]
    public void A_store_that_is_full_by_its_own_cap_refuses_until_something_goes()
    {
        var store = _folder.Open(new StoreSettings { MaxBytes = 10 });
        var name = Publish(store, "1234567");
        var fault = Assert.Throws<HeronException>(() => store.Stage("upload", expected: 4));
        Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
        Assert.Contains(StoreSettings.MaxBytesKey, fault.Message, StringComparison.Ordinal);
        Assert.Equal("1234567", Read(store, name.Value));
        store.Remove(name);
        store.Stage("upload", expected: 4).Dispose();
    }

    [Fact]
    public void What_one_upload_was_promised_is_not_there_for_another_until_it_ends()
    {
        var free = DiskSpace.Of(_folder.Path).FreeBytes;
        foreach (var (settings, each) in new[]
        {
            (new StoreSettings { MaxBytes = 10 }, 6L),
            (new StoreSettings { FreeBytes = free / 2 }, free / 10 * 3),
        })
        {
            var store = _folder.Open(settings);
            using (store.Stage("upload", expected: each))
            {
                Assert.Equal(FaultKind.OutOfSpace, Assert.Throws<HeronException>(() => store.Stage("upload", expected: each)).Kind);
                Assert.Equal(FaultKind.OutOfSpace, Assert.Throws<HeronException>(() => store.StageFolder(expected: each)).Kind);
            }

            store.StageFolder(expected: each).Dispose();
            store.Stage("upload", expected: each).Dispose();
        }

        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void Who_announces_much_and_sends_little_keeps_others_out_for_a_while_only()
    {
        const int Megabyte = 1024 * 1024;
        var store = _folder.Open(new StoreSettings { MaxBytes = 100 * Megabyte }, _time);
        using var slow = store.Stage("upload", expected: 80 * Megabyte);
        slow.Write(new byte[Megabyte]);
        _time.Advance(StoreRoom.PromiseLasts);
        Assert.Throws<HeronException>(() => store.Stage("upload", expected: 40 * Megabyte));

        _time.Advance(TimeSpan.FromSeconds(1));
        using (store.Stage("upload", expected: 90 * Megabyte))
        {
            Assert.Throws<HeronException>(() => slow.Write(new byte[12 * Megabyte]));
        }

        slow.Write(new byte[60 * Megabyte]);
        Assert.Equal(FaultKind.OutOfSpace, Assert.Throws<HeronException>(() => store.Stage("upload", expected: 40 * Megabyte)).Kind);
    }

    [Fact]
    public void Who_sends_steadily_keeps_what_was_promised_and_nobody_loses_any_for_what_finds_no_room_anyway()
    {
        const int Megabyte = 1024 * 1024;
        var store = _folder.Open(new StoreSettings { MaxBytes = 100 * Megabyte }, _time);
        using var steady = store.Stage("upload", expected: 40 * Megabyte);
        using var slow = store.Stage("upload", expected: 30 * Megabyte);
        steady.Write(new byte[25 * Megabyte]);
        _time.Advance(StoreRoom.PromiseLasts + TimeSpan.FromSeconds(1));

        // 40 MiB and the 8 of the slow one leave 52.
        Assert.Throws<HeronException>(() => store.Stage("upload", expected: 53 * Megabyte));
        slow.Write(new byte[9 * Megabyte]);
        Assert.Throws<HeronException>(() => store.Stage("upload", expected: 53 * Megabyte));
        using var other = store.Stage("upload", expected: 40 * Megabyte);
        steady.Write(new byte[15 * Megabyte]);
    }

    [Fact]
    public void A_file_of_unknown_length_or_longer_than_was_said_ends_where_the_room_does()
    {
        const int Most = 20 * 1024 * 1024;
        var store = _folder.Open(new StoreSettings { MaxBytes = Most });
        var piece = new byte[60 * 1024];
        foreach (var expected in new long?[] { null, 1000 })
        {
            using (var file = store.Stage("upload", expected))
            {
                var fault = Assert.Throws<HeronException>(() =>
                {
                    while (file.Length <= Most)
                    {
                        file.Write(piece);
                    }
                });
                Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
                Assert.InRange(file.Length, Most - piece.Length, Most);
            }

            Assert.Empty(_folder.Files());
        }

        // Nothing of it is kept from others.
        store.Stage("upload", expected: Most).Dispose();
    }

    [Fact]
    public void What_is_published_counts_once_while_its_submission_goes_on()
    {
        var store = _folder.Open(new StoreSettings { MaxBytes = 10 });
        using var workspace = store.StageFolder(expected: 8);
        using var file = workspace.Stage("x");
        file.Write("12345"u8);
        file.Complete();
        store.Publish(new NewPackage(file.Path, file.Sha256, file.Length));
        store.Stage("upload", expected: 5).Dispose();
        Assert.Throws<HeronException>(() => store.Stage("upload", expected: 6));
    }

    [Theory]
    [InlineData(StoreSettings.FreeBytesKey)]
    [InlineData(StoreSettings.FreeInodesKey)]
    public void What_the_disk_must_keep_free_is_not_taken(string key)
    {
        var settings = key == StoreSettings.FreeBytesKey
            ? new StoreSettings { FreeBytes = long.MaxValue / 2 }
            : new StoreSettings { FreeInodes = long.MaxValue / 2 };
        var store = _folder.Open(settings);
        Assert.SkipWhen(
            key == StoreSettings.FreeInodesKey && DiskSpace.Of(_folder.Path).TotalInodes == 0, "this file system counts no inodes");
        var fault = Assert.Throws<HeronException>(() => store.StageFolder(expected: null));
        Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_deleted_under_the_server_is_told_and_nothing_falls_over()
    {
        var store = _folder.Open();
        var name = Publish(store, "a", topologyId: "t");
        Directory.Delete(_folder.Path, recursive: true);
        Assert.Equal(FaultKind.Unavailable, Assert.Throws<HeronException>(() => store.Stage("upload")).Kind);
        Assert.Null(store.Open(name.Value));
        Assert.Equal(0, store.RemoveOf("t", instance: null));
        Assert.False(store.Remove(name));
    }

    [Fact]
    public void A_folder_that_is_replaced_under_the_server_is_told_and_serves_again_when_it_is_back()
    {
        var store = _folder.Open();
        var name = Publish(store, "a");
        var away = _folder.Path + "-away";
        Directory.Move(_folder.Path, away);
        Directory.CreateDirectory(_folder.Path);
        try
        {
            Assert.Equal(FaultKind.Unavailable, Assert.Throws<HeronException>(() => store.Stage("upload")).Kind);
            Assert.Null(store.Open(name.Value));
            using (var workspace = store.StageFolder(null))
            {
                // Made in the new folder, whose server this one is not: nothing can be published there.
                using var file = workspace.Stage("x");
                file.Write("x"u8);
                file.Complete();
                var fault = Assert.Throws<HeronException>(() => store.Publish(new NewPackage(file.Path, file.Sha256, file.Length)));
                Assert.Equal(FaultKind.Unavailable, fault.Kind);
            }

            Assert.Empty(_folder.Files());
        }
        finally
        {
            Directory.Delete(_folder.Path, recursive: true);
            Directory.Move(away, _folder.Path);
        }

        Assert.Equal("a", Read(store, name.Value));
        Assert.Equal("b", Read(store, Publish(store, "b").Value));
    }

    [Theory]
    [InlineData("7d", 7 * 24 * 60)]
    [InlineData("36h", 36 * 60)]
    [InlineData("90m", 90)]
    [InlineData(" 0 ", 0)]
    [InlineData("0", 0)]
    public void A_retention_is_a_number_with_a_unit(string text, int minutes) => Assert.Equal(
        TimeSpan.FromMinutes(minutes),
        StoreSettings.From(new([new(StoreSettings.RetentionKey, text)])).Retention);

    [Theory]
    [InlineData("7")]
    [InlineData("-1d")]
    [InlineData("d")]
    [InlineData("7 d")]
    [InlineData("99999999999999999999d")]
    [InlineData("1.5h")]
    public void A_retention_that_is_none_is_told_with_what_to_write(string text)
    {
        var fault = Assert.Throws<HeronException>(() => StoreSettings.From(new([new(StoreSettings.RetentionKey, text)])));
        Assert.Contains(StoreSettings.RetentionKey, fault.Message, StringComparison.Ordinal);
        Assert.Contains("7d", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>A process that dies after any step leaves nothing that its successor does not put in order.</summary>
    [Fact]
    public void Whatever_step_of_a_publication_or_removal_was_the_last_the_next_server_finds_all_or_nothing()
    {
        // The steps leave these and only these files behind; see PackageStore.
        var (sha256, name) = (Sha256("half"), JavaName);
        string[][] left =
        [
            [".server/dead/work/upload-1"],
            [".server/dead/work/upload-1", ".content/" + sha256],
            [".server/dead/work/upload-1", ".content/" + sha256, ".server/dead/work/meta-1"],
            [".server/dead/work/upload-1", ".content/" + sha256, $".meta/{name}.json"],
            [".content/" + sha256, $".meta/{name}.json"],
            [".content/" + sha256],
            [$".meta/{name}.json"],
        ];
        foreach (var files in left)
        {
            using var folder = new StoreFolder();
            foreach (var file in files)
            {
                var path = Path.Join(folder.Path, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (file.EndsWith(".json", StringComparison.Ordinal))
                {
                    File.WriteAllText(
                        path, $$"""{"sha256":"{{sha256}}","length":4,"stored":"2026-01-02T03:04:05Z","instance":"dead","topology_id":"t"}""");
                }
                else if (file.StartsWith(".content", StringComparison.Ordinal) && files[0].StartsWith(".server", StringComparison.Ordinal))
                {
                    HardLink.TryCreate(Path.Join(folder.Path, files[0]), path);
                }
                else
                {
                    File.WriteAllText(path, "half");
                }
            }

            var store = folder.Open();
            Assert.Empty(folder.Files());
            Assert.Equal(0, store.Count);
        }
    }

    [Fact]
    public void A_hundred_thousand_names_are_found_without_reading_the_folder()
    {
        var index = new StoreIndex();
        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(StoredName.TryParse($"{i:x8}-2222-3333-4444-555555555555-topology.jar", out var name));
            index.Add(new StoredPackage(name, 10, $"{i % 1000:x64}", DateTimeOffset.UnixEpoch, null, $"t-{i % 5000}", null));
        }

        Assert.Equal(100_000, index.Count);
        Assert.Equal(10_000, index.Bytes);
        Assert.Equal(20, index.OfTopology("t-7").Count);
        var last = index.Page($"{99_990:x8}-2222-3333-4444-555555555555-topology.jar", 100);
        Assert.Equal(9, last.Count);
        Assert.Empty(index.Page(last[^1].Name.Value, 10));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    /// <summary>As on the disk of a server that people resubmit to all day, after a restart. HERON_SOAK=1 makes them 100,000.</summary>
    [Fact]
    [Trait("Category", Soak.Category)]
    public async Task A_store_of_very_many_packages_is_known_whole_after_a_restart_and_a_sweep_takes_just_what_is_due()
    {
        var packages = Soak.Pick(5_000, 100_000);
        const int Contents = 100;
        Directory.CreateDirectory(Path.Join(_folder.Path, ".content"));
        Directory.CreateDirectory(Path.Join(_folder.Path, ".meta"));
        var now = _time.GetUtcNow();
        for (var i = 0; i < packages; i++)
        {
            var (name, content, isOld) = (NameOf(i), $"content {i % Contents}", i % 10 == 3);
            var stored = isOld ? now.AddDays(-8) : now;
            var file = Path.Join(_folder.Path, ".content", Sha256(content));
            if (i < Contents)
            {
                File.WriteAllText(file, content);
                File.SetLastAccessTimeUtc(file, now.AddDays(-8).UtcDateTime);
            }

            HardLink.TryCreate(file, Path.Join(_folder.Path, name));
            File.WriteAllText(
                Path.Join(_folder.Path, ".meta", name + ".json"),
                $$"""{"sha256":"{{Sha256(content)}}","length":{{content.Length}},"stored":"{{stored:O}}","instance":"earlier","topology_id":"t-{{i}}"}""");
        }

        var watch = Stopwatch.StartNew();
        var store = _folder.Open(time: _time);
        var opened = watch.Elapsed;
        Assert.Equal(packages, store.Count);
        Assert.Equal(Enumerable.Range(0, Contents).Sum(i => $"content {i}".Length), store.Bytes);

        watch.Restart();
        var page = store.Page(NameOf((packages / 2) - 1), 1000);
        var paged = watch.Elapsed;
        Assert.Equal(Enumerable.Range(packages / 2, 1000).Select(NameOf), page.Select(package => package.Name.Value));

        watch.Restart();
        Assert.Equal("content 57", Read(store, NameOf(packages - 43)));
        var found = watch.Elapsed;

        // Of what is old, one in a hundred is held.
        var held = new Held([.. Enumerable.Range(0, packages).Where(i => i % 1000 == 3).Select(i => $"t-{i}")]);
        watch.Restart();
        var removed = await store.SweepAsync(held, Token);
        TestContext.Current.SendDiagnosticMessage(
            $"{packages} packages: opened in {opened.TotalMilliseconds:0} ms, a page in {paged.TotalMilliseconds:0.0} ms, found and read in {found.TotalMilliseconds:0.0} ms, {removed} swept in {watch.ElapsedMilliseconds} ms");
        Assert.Equal((packages / 10) - (packages / 1000), removed);
        Assert.Equal(1, held.Asked);
        Assert.Equal(packages - removed, store.Count);
        Assert.NotNull(store.Open(NameOf(1003)));
        Assert.Null(store.Open(NameOf(13)));

        // The contents of which only old names were left went with the last of them; each of the others is still there.
        Assert.All(
            Directory.EnumerateFiles(Path.Join(_folder.Path, ".content")), file => Assert.True(HardLink.CountOf(file) > 1));
    }

    private static Socket Unreadable(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static StoredName JavaNamed() => StoredName.TryParse(JavaName, out var name) ? name : throw new InvalidOperationException(JavaName);

    private static string NameOf(int i) => $"{i:x8}-2222-3333-4444-555555555555-topology.jar";

    private static string Sha256(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private static StoredName Publish(PackageStore store, string content, string? topologyId = null, string? by = null)
    {
        using var file = store.Stage("test");
        file.Write(Encoding.UTF8.GetBytes(content));
        file.Complete();
        return store.Publish(new NewPackage(file.Path, file.Sha256, file.Length)
        {
            ClientName = "topology.tar.gz",
            TopologyId = topologyId,
            By = by,
        });
    }

    private static string Read(PackageStore store, string name)
    {
        using var file = store.Open(name);
        Assert.NotNull(file);
        return Read(file);
    }

    private static string Read(StoredFile file)
    {
        var bytes = new byte[file.Length];
        RandomAccess.Read(file.Handle, bytes, 0);
        return Encoding.UTF8.GetString(bytes);
    }

    private sealed class Held(params string[] topologyIds) : IPackageHolders
    {
        public Dictionary<string, string> Uris { get; } = [];

        public bool IsAway { get; init; }

        public int Asked { get; private set; }

        public Task<HeldPackages> ListAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return IsAway
                ? throw new HeronException(FaultKind.Unavailable, "the state store is away")
                : Task.FromResult(new HeldPackages(topologyIds.ToHashSet(), Uris));
        }
    }
}
