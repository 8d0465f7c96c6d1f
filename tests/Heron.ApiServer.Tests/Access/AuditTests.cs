// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.Core;
using Heron.Testing;

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

    private void Write(int count, long maxBytes = AuditLog.DefaultMaxBytes)
    {
        using var audit = AuditLog.OpenAt(File, maxBytes);
        for (var i = 0; i < count; i++)
        {
            audit.Write(new AuditEntry
            {
                Time = DateTimeOffset.UtcNow,
                Request = "r",
                User = $"user{i}",
                Login = "password",
                Address = "::1",
                Action = "kill",
                Status = 200,
                Previous = "",
            });
        }
    }
}
