// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;
using Heron.Testing;

namespace Heron.Core.Tests.Storage;

public sealed class RegularFileTests : IDisposable
{
    private static readonly DateTime Written = new(2026, 11, 29, 8, 30, 15, 123, 456, DateTimeKind.Utc);
    private static readonly DateTime Read = new(2031, 2, 3, 4, 5, 6, 7, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void All_that_is_known_of_a_file_is_what_the_framework_knows()
    {
        var path = FileOf("package", new byte[12_345]);

        using var file = RegularFile.Open(path, followLink: false, out var status);

        Assert.NotNull(file);
        Assert.Equal(12_345, status.Length);
        Assert.Equal(Written, status.Written);
        Assert.Equal(Read, status.Read);
        Assert.True(status.IsRegular);
    }

    [Fact]
    public void A_file_that_takes_the_place_of_another_has_another_number()
    {
        var path = FileOf("package", [1]);
        using var before = RegularFile.Open(path, followLink: false, out var first);
        File.Move(FileOf("next", [1]), path, overwrite: true);

        using var after = RegularFile.Open(path, followLink: false, out var second);

        Assert.NotEqual(first.Inode, second.Inode);
        Assert.Equal(first, Posix.Status(before!));
    }

    [Fact]
    public void What_is_no_file_is_none()
    {
        var pipe = Path.Join(_folder, "pipe");
        Tool.Run("mkfifo", pipe).Succeeded();

        Assert.Null(RegularFile.Open(_folder, followLink: false, out _));
        Assert.Null(RegularFile.Open(pipe, followLink: false, out _));
        Assert.Null(RegularFile.Open(Path.Join(_folder, "nothing"), followLink: false, out _));
    }

    [Fact]
    public void A_link_stands_for_what_it_leads_to_only_where_it_may()
    {
        var path = FileOf("package", [1, 2, 3]);
        var link = File.CreateSymbolicLink(Path.Join(_folder, "link"), path).FullName;
        var broken = File.CreateSymbolicLink(Path.Join(_folder, "broken"), Path.Join(_folder, "nothing")).FullName;

        Assert.Null(RegularFile.Open(link, followLink: false, out _));
        using var followed = RegularFile.Open(link, followLink: true, out var status);
        Assert.Equal(3, status.Length);
        Assert.Null(RegularFile.Open(broken, followLink: true, out _));
    }

    private string FileOf(string name, byte[] content)
    {
        var path = Path.Join(_folder, name);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, Written);
        File.SetLastAccessTimeUtc(path, Read);
        return path;
    }
}
