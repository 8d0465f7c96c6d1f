// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Core.Tests.Scheduling;

public sealed class HeronCoreDetectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-core-").FullName;
    private readonly HeronCoreDetector _detector = new(NullLogger<HeronCoreDetector>.Instance);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("heron-core/release.yaml", "heron.build.version: 0.17.8\n", "0.17.8")]
    [InlineData("./heron-core/release.yaml", "a: b\nheron.build.version: '0.19.0.2' # line\n", "0.19.0.2")]
    [InlineData("release.yaml", "heron.build.version: \"0.20.3-incubating\"", "0.20.3-incubating")]
    [InlineData("heron-core/release.yaml", "heron.build.version: nightly", "0.20.5-incubating")]
    [InlineData("heron-core/release.yaml", "", "0.20.5-incubating")]
    [InlineData("heron-core/lib/other/release.yaml", "heron.build.version: 0.17.8", "0.20.5-incubating")]
    public async Task The_release_is_read_from_the_served_package(string entry, string text, string expected)
    {
        var package = Package((entry, text));
        Assert.Equal(expected, (await _detector.DetectAsync(HeronConfig.Empty, package, TestContext.Current.CancellationToken)).Text);
    }

    public static TheoryData<string, string?> Shapes()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Fixtures.File("release", "expected.json")));
        var data = new TheoryData<string, string?>();
        foreach (var shape in expected.RootElement.EnumerateObject())
        {
            data.Add(shape.Name, shape.Value.GetString());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_shape_of_the_release_file_gives_its_release(string file, string? expected)
    {
        var package = Package(("./heron-core/release.yaml", await File.ReadAllBytesAsync(Fixtures.File("release", file), TestContext.Current.CancellationToken)));
        Assert.Equal(
            expected ?? HeronCoreVersion.Newest.Text,
            (await _detector.DetectAsync(HeronConfig.Empty, package, TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task The_setting_counts_more_than_the_package()
    {
        var package = Package(("heron-core/release.yaml", "heron.build.version: 0.17.8\n"));
        var config = new HeronConfig([new("heron.core.version", "0.19.0.6")]);
        Assert.Equal("0.19.0.6", (await _detector.DetectAsync(config, package, TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task A_setting_that_is_no_release_is_refused_with_an_example()
    {
        var config = new HeronConfig([new("heron.core.version", "newest please")]);
        var fault = await Assert.ThrowsAsync<HeronException>(() => _detector.DetectAsync(config, null, TestContext.Current.CancellationToken));
        Assert.Contains("0.20.5-incubating", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_setting_and_a_package_it_is_the_newest() =>
        Assert.Equal(
            HeronCoreVersion.Newest,
            await _detector.DetectAsync(HeronConfig.Empty, null, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_package_that_is_none_or_cut_counts_as_the_newest()
    {
        var garbage = Path.Join(_folder, "garbage.tar.gz");
        await File.WriteAllTextAsync(garbage, "no package", TestContext.Current.CancellationToken);
        var whole = await File.ReadAllBytesAsync(
            Package(("heron-core/a", new string('x', 100_000)), ("heron-core/release.yaml", "heron.build.version: 0.17.8")),
            TestContext.Current.CancellationToken);
        var cut = Path.Join(_folder, "cut.tar.gz");
        await File.WriteAllBytesAsync(cut, whole[..(whole.Length / 3)], TestContext.Current.CancellationToken);
        foreach (var path in new[] { garbage, cut, Path.Join(_folder, "missing") })
        {
            Assert.Equal(
                HeronCoreVersion.Newest,
                await _detector.DetectAsync(HeronConfig.Empty, path, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_package_that_was_exchanged_is_read_again()
    {
        var package = Package(("heron-core/release.yaml", "heron.build.version: 0.17.8"));
        Assert.Equal("0.17.8", (await _detector.DetectAsync(HeronConfig.Empty, package, TestContext.Current.CancellationToken)).Text);
        Assert.Equal(package, Package(("heron-core/release.yaml", "heron.build.version: 0.19.0.6\n#\n#\n")));
        File.SetLastWriteTimeUtc(package, DateTime.UnixEpoch);
        Assert.Equal("0.19.0.6", (await _detector.DetectAsync(HeronConfig.Empty, package, TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task Of_a_link_the_package_counts_that_it_leads_to_now()
    {
        var link = Path.Join(_folder, "link");
        foreach (var release in new[] { "0.17.8", "0.18.0" })
        {
            var package = Path.Join(_folder, release);
            File.Move(Package(("heron-core/release.yaml", $"heron.build.version: {release}")), package);
            File.SetLastWriteTimeUtc(package, DateTime.UnixEpoch);
            File.Delete(link);
            File.CreateSymbolicLink(link, package);
            Assert.Equal(release, (await _detector.DetectAsync(HeronConfig.Empty, link, TestContext.Current.CancellationToken)).Text);
        }
    }

    private string Package(params (string Name, string Text)[] entries) =>
        Package([.. entries.Select(e => (e.Name, Encoding.UTF8.GetBytes(e.Text)))]);

    private string Package(params (string Name, byte[] Bytes)[] entries)
    {
        var path = Path.Join(_folder, "heron-core.tar.gz");
        using var file = File.Create(path);
        using var zip = new GZipStream(file, CompressionLevel.Fastest);
        using var writer = new TarWriter(zip);
        foreach (var (name, bytes) in entries)
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(bytes),
            });
        }

        return path;
    }
}
