// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

public sealed class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-audit-").FullName;

    private string File => Path.Join(_folder, "audit.jsonl");

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public void An_audit_goes_on_over_restarts_rotations_and_half_lines()
    {
        Write(3);
        Write(2);
        System.IO.File.AppendAllText(File, "{\"time\":\"2026");
        Write(40, maxBytes: 2_000);

        var (lines, _) = AuditChain.Verify(File);
        Assert.Equal(45, lines);
        Assert.True(AuditChain.FilesOf(File).Count > 3);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_line_that_was_changed_removed_or_put_in_is_found(int how)
    {
        Write(5);
        var lines = System.IO.File.ReadAllLines(File).ToList();
        switch (how)
        {
            case 0:
                lines[2] = lines[2].Replace("user2", "user9", StringComparison.Ordinal);
                break;
            case 1:
                lines.RemoveAt(2);
                break;
            default:
                lines.Insert(2, lines[1]);
                break;
        }

        System.IO.File.WriteAllLines(File, lines);
        var fault = Assert.Throws<HeronException>(() => AuditChain.Verify(File));
        Assert.Contains(how == 0 ? "line 4" : "line 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_servers_cannot_write_one_audit()
    {
        using var first = AuditLog.OpenAt(File);
        Assert.Contains("every server needs a file of its own", Assert.Throws<HeronException>(() => AuditLog.OpenAt(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_put_aside_is_gone_on_with_until_it_can()
    {
        var time = DateTimeOffset.UtcNow;

        // Where the file would go.
        var obstacle = AuditChain.NextOlder(File, time);
        Directory.CreateDirectory(Path.Join(obstacle, "not empty"));
        using (var audit = AuditLog.OpenAt(File, maxBytes: 500))
        {
            for (var i = 0; i < 10; i++)
            {
                audit.Write(Entry($"user{i}") with { Time = time });
            }

            Assert.Single(AuditChain.FilesOf(File));
            audit.Write(Entry("later") with { Time = time.AddSeconds(1) });
            Assert.Equal(2, AuditChain.FilesOf(File).Count);
        }

        Assert.Equal(11, AuditChain.Verify(File).Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void While_no_new_file_can_be_begun_or_none_renamed_no_line_is_lost_also_over_a_restart(bool names)
    {
        var disk = new FailingAuditDisk();
        using (var audit = AuditLog.OpenAt(File, maxBytes: 500, disk))
        {
            (disk.RefusesNames, disk.RefusesFiles) = (names, !names);
            Write(audit, 10);
            (disk.RefusesNames, disk.RefusesFiles) = (false, false);
            Write(audit, 1);
            Assert.True(AuditChain.FilesOf(File).Count > 1);
            (disk.RefusesNames, disk.RefusesFiles) = (names, !names);
            Write(audit, 10);
        }

        Write(3);
        Assert.Equal(24, AuditChain.Verify(File).Lines);
    }

    [Fact]
    public void A_clock_that_was_set_back_leaves_the_files_in_their_order()
    {
        using (var audit = AuditLog.OpenAt(File, maxBytes: 500))
        {
            for (var i = 0; i < 20; i++)
            {
                audit.Write(Entry("u") with { Time = DateTimeOffset.UtcNow.AddHours(-i) });
            }
        }

        Assert.True(AuditChain.FilesOf(File).Count > 3);
        Assert.Equal(20, AuditChain.Verify(File).Lines);
    }

    [Fact]
    public void What_a_full_disk_does_not_take_is_told_and_written_as_soon_as_there_is_room()
    {
        var disk = new FailingAuditDisk();
        var time = new FakeTimeProvider();
        using var log = new CollectedLog();
        using (var audit = AuditLog.OpenAt(File, disk: disk, time: time, logger: log))
        {
            Write(audit, 2);
            disk.IsFull = true;
            var fault = Assert.Throws<HeronException>(() => audit.Write(Entry("waits")));
            Assert.Equal(FaultKind.OutOfSpace, fault.Kind);
            Assert.StartsWith("What was asked for has been done", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder, fault.Message, StringComparison.Ordinal);
            Assert.Contains(log.Lines, l => l.Contains("\"user\":\"waits\"", StringComparison.Ordinal));

            var refusal = Assert.Throws<HeronException>(() => audit.Prepare(makesRoom: false));
            Assert.Equal(FaultKind.OutOfSpace, refusal.Kind);
            audit.Prepare(makesRoom: true);
            (disk.IsFull, disk.IsReadOnly) = (false, true);
            Assert.Equal(FaultKind.Unavailable, Assert.Throws<HeronException>(() => audit.Prepare(makesRoom: true)).Kind);

            disk.IsReadOnly = false;
            time.Advance(AuditLog.RetryEvery);
            Assert.Equal(3, AuditChain.Verify(File).Lines);
            Assert.Contains(log.Lines, l => l.Contains("is written again, and has the 1 lines that waited", StringComparison.Ordinal));
            audit.Prepare(makesRoom: false);
            Write(audit, 1);
        }

        Assert.Equal(4, AuditChain.Verify(File).Lines);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("renamed")]
    [InlineData("another")]
    [InlineData("cut")]
    public void A_file_that_another_program_took_away_is_begun_anew_and_lines_do_not_go_where_nobody_sees_them(string how)
    {
        using var log = new CollectedLog();
        using var audit = AuditLog.OpenAt(File, logger: log);
        Write(audit, 3);
        switch (how)
        {
            case "deleted":
                System.IO.File.Delete(File);
                break;
            case "renamed":
                System.IO.File.Move(File, File + ".1");
                break;
            case "another":
                System.IO.File.Move(File, File + ".1");
                System.IO.File.WriteAllText(File, "");
                break;
            default:
                using (var file = new FileStream(File, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
                {
                }

                break;
        }

        Write(audit, 2);
        Assert.Equal(2, System.IO.File.ReadAllLines(File).Length);
        Assert.Equal(how is "renamed" or "another" ? 5 : 2, AuditChain.Verify(File).Lines);
        Assert.Single(log.Lines, l => l.Contains("was deleted, cut or put aside by another program", StringComparison.Ordinal));
    }

    private static void Write(AuditLog audit, int count)
    {
        for (var i = 0; i < count; i++)
        {
            audit.Write(Entry($"user{i}"));
        }
    }

    private static AuditEntry Entry(string user) => new()
    {
        Time = DateTimeOffset.UtcNow,
        Request = "r",
        User = user,
        Login = "password",
        Address = "::1",
        Action = "kill",
        Status = 200,
        Previous = "",
    };

    private void Write(int count, long maxBytes = AuditLog.DefaultMaxBytes)
    {
        using var audit = AuditLog.OpenAt(File, maxBytes);
        Write(audit, count);
    }
}
