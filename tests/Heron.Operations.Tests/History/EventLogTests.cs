// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;
using Heron.Operations.History;
using Heron.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Operations.Tests.History;

public sealed class EventLogTests : IDisposable
{
    private readonly string _store = Directory.CreateTempSubdirectory("history-").FullName;

    public void Dispose() => Scratch.Delete(_store);

    [Fact]
    public void Events_outlive_their_server_whatever_it_left_half_and_go_when_they_are_old()
    {
        var now = DateTimeOffset.UtcNow;
        var clock = new Clock { Now = now - TimeSpan.FromDays(3) };
        long last;
        using (var instance = InstanceFolder.Open(_store))
        using (var log = Open(instance, clock))
        {
            log.Add(Event("old", now));
            clock.Now = now;

            // It has run for long when it is noted: that it began before all that is kept is no reason to forget it.
            log.Add(Event("one", DateTimeOffset.UnixEpoch));
            log.Add(Event("zwei ü\n<b>", now));
            last = log.All[^1].Id;
        }

        var file = Assert.Single(Directory.GetFiles(Path.Join(_store, ".server"), "events-*.jsonl"));
        File.AppendAllText(file, "{\"id\":5,\"at\":\"20");
        using (var instance = InstanceFolder.Open(_store))
        using (var log = Open(instance))
        {
            Assert.Equal(["one", "zwei ü\n<b>"], log.All.Select(e => e.Text));
            log.Add(Event("three", now));
            Assert.True(log.All[^1].Id > last);
            Assert.Equal(["three", "zwei ü\n<b>"], log.Read(new EventQuery { Limit = 2 }).Events.Select(e => e.Text));
            Assert.Equal(["one"], log.Read(new EventQuery { Before = log.Read(new EventQuery { Limit = 2 }).Next }).Events.Select(e => e.Text));
        }
    }

    [Fact]
    public void What_could_not_be_written_for_a_while_is_written_then()
    {
        using (var instance = InstanceFolder.Open(_store))
        using (var log = Open(instance))
        {
            // No file may be in a folder that is none, whoever asks.
            var folder = Path.Join(_store, ".server");
            Directory.Move(folder, folder + "-away");
            File.WriteAllText(folder, "");
            log.Add(Event("one", DateTimeOffset.UtcNow));
            log.Add(Event("two", DateTimeOffset.UtcNow));
            File.Delete(folder);
            Directory.Move(folder + "-away", folder);
            log.Add(Event("three", DateTimeOffset.UtcNow));
        }

        using var next = InstanceFolder.Open(_store);
        using var again = Open(next);
        Assert.Equal(["one", "two", "three"], again.All.Select(e => e.Text));
    }

    [Fact]
    public void While_no_next_file_can_be_begun_the_one_that_is_open_is_gone_on_with()
    {
        using var instance = InstanceFolder.Open(_store);
        var folder = Path.Join(_store, ".server");
        using (var events = new EventFolder(instance, TimeProvider.System, largestFile: 100))
        {
            events.Append(Event("one", DateTimeOffset.UtcNow) with { Id = 1 });
            Directory.Move(folder, folder + "-away");
            File.WriteAllText(folder, "");
            events.Append(Event("two", DateTimeOffset.UtcNow) with { Id = 2 });
            File.Delete(folder);
            Directory.Move(folder + "-away", folder);
            Thread.Sleep(2);
            events.Append(Event("three", DateTimeOffset.UtcNow) with { Id = 3 });
        }

        Assert.Equal(2, Directory.GetFiles(folder, "events-*.jsonl").Length);
        using var again = new EventFolder(instance, TimeProvider.System);
        Assert.Equal(["one", "two", "three"], again.Read().Select(e => e.Text));
    }

    [Fact]
    public void Files_that_are_older_than_events_are_kept_are_deleted()
    {
        using (var instance = InstanceFolder.Open(_store))
        using (var log = Open(instance))
        {
            log.Add(Event("one", DateTimeOffset.UtcNow));
        }

        var file = Assert.Single(Directory.GetFiles(Path.Join(_store, ".server"), "events-*.jsonl"));
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow - TimeSpan.FromDays(3));
        using var next = InstanceFolder.Open(_store);
        using var forgetful = Open(next);

        Assert.False(File.Exists(file));
    }

    private static EventLog Open(InstanceFolder instance, TimeProvider? time = null) => new(
        instance, new HistorySettings(TimeSpan.FromDays(2)), time ?? TimeProvider.System, NullLogger<EventLog>.Instance);

    private static TopologyEvent Event(string text, DateTimeOffset at) =>
        new(0, at, EventKind.Submitted, "nomad", "ads", "devel", "words", text);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
