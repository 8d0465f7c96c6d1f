// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Packages.Uploaders;
using Heron.Testing.Parts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Uploaders;

public sealed class LocalFileSystemUploaderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("heron-shared-").FullName;
    private readonly SamplePackage _sample = new();

    private string Folder => Path.Join(_root, "a folder", "nomad", "ads");

    public void Dispose()
    {
        _sample.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Package_is_there_under_its_URI_with_nothing_beside_it()
    {
        var published = await Uploader().PublishAsync(_sample.Package, default);
        Assert.StartsWith("file:///", published.Uri, StringComparison.Ordinal);
        Assert.DoesNotContain(' ', published.Uri);
        Assert.Equal(_sample.Package.Sha256, published.Sha256);
        var path = new Uri(published.Uri).LocalPath;
        Assert.Equal(_sample.Bytes, await File.ReadAllBytesAsync(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(Folder));
    }

    /// <summary>A flush opens the folder, which nothing else in an upload does.</summary>
    [Fact]
    public async Task Folder_is_flushed_after_the_rename_so_that_a_power_cut_takes_no_package_away()
    {
        Directory.CreateDirectory(Folder);
        using var events = new FolderEvents(Folder);
        var published = await Uploader().PublishAsync(_sample.Package, default);
        Assert.Equal(["renamed " + Path.GetFileName(new Uri(published.Uri).LocalPath), "folder opened"], events.Take());
    }

    [Fact]
    public async Task Another_submission_of_a_topology_never_touches_the_package_of_the_running_one()
    {
        using var other = new SamplePackage("word-count-2", seed: 2);
        var running = await Uploader().PublishAsync(_sample.Package, default);
        var failed = await Uploader().PublishAsync(other.Package, default);
        await Uploader().RemoveAsync(failed, default);
        Assert.Equal(_sample.Bytes, await File.ReadAllBytesAsync(new Uri(running.Uri).LocalPath));
        Assert.Single(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task The_same_submission_through_another_server_never_touches_the_package_of_the_running_one()
    {
        var running = await Uploader().PublishAsync(_sample.Package, default);
        var rival = await Uploader().PublishAsync(_sample.Package, default);
        await Uploader().RemoveAsync(rival, default);
        Assert.Equal(_sample.Bytes, await File.ReadAllBytesAsync(new Uri(running.Uri).LocalPath));
    }

    [Fact]
    public async Task Removing_twice_or_without_the_folder_is_fine()
    {
        var published = await Uploader().PublishAsync(_sample.Package, default);
        await Uploader().RemoveAsync(published, default);
        await Uploader().RemoveAsync(published, default);
        Directory.Delete(Folder);
        await Uploader().RemoveAsync(published, default);
    }

    [Fact]
    public async Task The_URI_is_known_before_anything_is_there_and_enough_to_remove_an_upload_that_broke_off()
    {
        PublishedPackage? told = null;
        var published = await Uploader().PublishAsync(
            _sample.Package,
            decided =>
            {
                told = decided;
                Assert.False(Directory.Exists(Folder));
                return Task.CompletedTask;
            },
            default);
        Assert.Equal(published, told);

        // As a server leaves it that dies while it copies.
        var path = new Uri(published.Uri).LocalPath;
        File.Move(path, Path.Join(Folder, $".{Path.GetFileName(path)}.part"));
        await Uploader().RemoveAsync(published, default);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("file://{0}/../topology-x.tar.gz")]
    [InlineData("file://{0}/sub/topology-x.tar.gz")]
    [InlineData("file://{0}/other.tar.gz")]
    [InlineData("file://{0}/%2e%2e/topology-x.tar.gz")]
    [InlineData("http://host{0}/topology-x.tar.gz")]
    [InlineData("{0}/topology-x.tar.gz")]
    [InlineData("file://topology-x.tar.gz")]
    [InlineData("file:///topology-x.tar.gz")]
    [InlineData("")]
    public async Task What_is_no_package_of_ours_in_this_folder_is_never_deleted(string uri)
    {
        var files = new[] { "../topology-x.tar.gz", "sub/topology-x.tar.gz", "other.tar.gz", "topology-x.tar.gz" };
        Directory.CreateDirectory(Path.Join(Folder, "sub"));
        foreach (var file in files)
        {
            await File.WriteAllTextAsync(Path.Join(Folder, file), "x");
        }

        await Uploader().RemoveAsync(new PublishedPackage(uri.Replace("{0}", Folder, StringComparison.Ordinal), null), default);
        Assert.All(files, file => Assert.True(File.Exists(Path.Join(Folder, file)), file));
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("a/b\\c\0d\r\n")]
    [InlineData("naïve-日本")]
    public async Task Topology_ids_never_become_paths(string id)
    {
        using var sample = new SamplePackage(id);
        var published = await Uploader().PublishAsync(sample.Package, default);
        var file = Assert.Single(Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories));
        Assert.Equal(Folder, Path.GetDirectoryName(file));
        Assert.Equal(file, new Uri(published.Uri).LocalPath);
        await Uploader().RemoveAsync(published, default);
        Assert.Empty(Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Longest_id_fits_into_a_file_name()
    {
        using var sample = new SamplePackage(new string('a', 236));
        Assert.True(File.Exists(new Uri((await Uploader().PublishAsync(sample.Package, default)).Uri).LocalPath));
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_named_in_the_message()
    {
        var uploader = new LocalFileSystemUploader(
            new LocalFileSystemUploaderOptions(new FolderTemplate("k", "/dev/null/packages")), NullLogger<LocalFileSystemUploader>.Instance);
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.PublishAsync(_sample.Package, default));
        Assert.Equal(FaultKind.Internal, fault.Kind);
        Assert.Contains(LocalFileSystemUploaderOptions.FolderKey, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_that_is_cut_short_leaves_nothing_behind()
    {
        var lying = _sample.Package with { Length = _sample.Package.Length + 1 };
        await Assert.ThrowsAsync<HeronException>(() => Uploader().PublishAsync(lying, default));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task Publishing_that_is_called_off_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Uploader().PublishAsync(_sample.Package, cancelled.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public void Folder_comes_from_the_configuration_or_is_that_of_Heron()
    {
        var substitution = new TokenSubstitution(new HostEnvironment("/home/heron", null));
        var config = new HeronConfig([new(ConfigKeys.Cluster, "nomad")]);
        Assert.Equal(
            "/home/heron/.herondata/repository/nomad/ads/word-count",
            Read(null).Folder.For(_sample.Package));
        Assert.Equal("/shared", Read("/shared").Folder.For(_sample.Package));
        foreach (var wrong in new[] { "shared", "/shared/${NOPE}", "/a\0b", "/shared/x${ROLE}", "/shared/../x" })
        {
            Assert.Throws<HeronException>(() => Read(wrong));
        }

        LocalFileSystemUploaderOptions Read(string? folder) => TestParts.Read(findings => LocalFileSystemUploaderOptions.Read(
            config.With([new(LocalFileSystemUploaderOptions.FolderKey, folder)]), substitution, findings))!;
    }

    private LocalFileSystemUploader Uploader() =>
        new(new LocalFileSystemUploaderOptions(new FolderTemplate("k", Path.Join(_root, "a folder", "nomad", "${ROLE}"))), NullLogger<LocalFileSystemUploader>.Instance);
}
