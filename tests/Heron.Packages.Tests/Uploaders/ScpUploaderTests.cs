// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Packages.Uploaders;
using Heron.Testing;
using Heron.Testing.Parts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Uploaders;

/// <summary>
/// Runs real processes: scripts in the place of ssh and scp, which give the words after the host to a shell as sshd does, and note
/// how they were called.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class ScpUploaderTests : IDisposable
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root = Directory.CreateTempSubdirectory("heron-scp-").FullName;
    private readonly SamplePackage _sample = new();

    public ScpUploaderTests()
    {
        WriteProgram("ssh", """
            echo "ssh $*" >> "$(dirname "$0")/calls"
            while [ "$1" != "--" ]; do shift; done
            shift 2
            exec sh -c "$*"
            """);
        WriteProgram("scp", """
            echo "scp $*" >> "$(dirname "$0")/calls"
            while [ "$1" != "--" ]; do shift; done
            exec cp "$2" "${3#*:}"
            """);
    }

    public void Dispose()
    {
        _sample.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Package_is_there_whole_under_its_URI_until_it_is_removed()
    {
        var uploader = Uploader();
        var published = await uploader.PublishAsync(_sample.Package, default);
        var folder = Path.Join(_root, "remote", "ads", "word-count");
        var path = new Uri(published.Uri).LocalPath;
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder));
        Assert.Equal(_sample.Bytes, await File.ReadAllBytesAsync(path));
        Assert.Equal(_sample.Package.Sha256, published.Sha256);

        await uploader.RemoveAsync(published, default);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        await uploader.RemoveAsync(published, default);
    }

    [Fact]
    public async Task The_URI_is_known_before_anything_is_sent_and_enough_to_remove_an_upload_that_broke_off()
    {
        PublishedPackage? told = null;
        var published = await Uploader().PublishAsync(
            _sample.Package,
            decided =>
            {
                told = decided;
                Assert.False(File.Exists(Path.Join(_root, "calls")));
                return Task.CompletedTask;
            },
            default);
        Assert.Equal(published, told);

        // As a server leaves it that dies between scp and the rename.
        var path = new Uri(published.Uri).LocalPath;
        var folder = Path.GetDirectoryName(path)!;
        File.Move(path, Path.Join(folder, $".{Path.GetFileName(path)}.part"));
        await Uploader().RemoveAsync(published, default);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task Options_of_the_operator_come_first_and_nobody_is_asked_for_a_password()
    {
        await Uploader().PublishAsync(_sample.Package, default);
        var calls = await File.ReadAllLinesAsync(Path.Join(_root, "calls"));
        Assert.Equal(3, calls.Length);
        Assert.All(calls, call => Assert.Contains("-i ~/.ssh/id -p 23 -o BatchMode=yes", call, StringComparison.Ordinal));
        Assert.All(calls, call => Assert.Contains("heron@store", call, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("word;touch pwned")]
    [InlineData("$(touch pwned)")]
    [InlineData("a b")]
    [InlineData("'x'")]
    public async Task Nothing_that_means_something_to_a_shell_is_ever_sent(string name)
    {
        var package = _sample.Package with { TopologyName = name };
        var fault = await Assert.ThrowsAsync<HeronException>(() => Uploader().PublishAsync(package, default));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.False(File.Exists(Path.Join(_root, "calls")));
    }

    [Fact]
    public async Task Failing_copy_leaves_nothing_and_says_what_scp_said()
    {
        WriteProgram("scp", """
            echo "scp $*" >> "$(dirname "$0")/calls"
            while [ "$1" != "--" ]; do shift; done
            echo half > "${3#*:}"
            echo "lost connection" >&2
            exit 1
            """);
        var fault = await Assert.ThrowsAsync<HeronException>(() => Uploader().PublishAsync(_sample.Package, default));
        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains("scp ended with 1: lost connection", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Join(_root, "remote"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Program_that_is_missing_is_named()
    {
        File.Delete(Path.Join(_root, "ssh"));
        var fault = await Assert.ThrowsAsync<HeronException>(() => Uploader().PublishAsync(_sample.Package, default));
        Assert.Contains("cannot be started", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hanging_connection_can_be_called_off()
    {
        WriteProgram("ssh", """
            touch "$(dirname "$0")/reached"
            exec sleep 600
            """);
        using var cancellation = new CancellationTokenSource();
        var publishing = Uploader().PublishAsync(_sample.Package, cancellation.Token);
        await Poll.UntilAsync(() => File.Exists(Path.Join(_root, "reached")), "ssh runs");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing.WaitAsync(Poll.Limit));
    }

    [Theory]
    [InlineData("ssh", "heron@store (heron.uploader.ssh.command.connection)")]
    [InlineData("scp", "heron@store (heron.uploader.scp.command.connection)")]
    public async Task A_machine_that_hangs_is_given_up_and_named_and_no_process_stays(string hanging, string named)
    {
        WriteProgram(hanging, """
            sleep 600 &
            echo $! > "$(dirname "$0")/child"
            wait
            """);
        var uploader = Uploader(UploadPatience.Default with { Whole = TimeSpan.FromSeconds(2) });
        var fault = await Assert.ThrowsAsync<HeronException>(
            () => uploader.PublishAsync(_sample.Package, default).WaitAsync(Poll.Limit));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains($"{hanging} to {named}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("disk", fault.Message, StringComparison.Ordinal);
        var child = (await File.ReadAllTextAsync(Path.Join(_root, "child"))).Trim();
        await Poll.UntilAsync(() => !Runs(child), "the child to end");
    }

    [Fact]
    public async Task A_removal_that_hangs_is_given_up()
    {
        var published = await Uploader().PublishAsync(_sample.Package, default);
        WriteProgram("ssh", "exec sleep 600");
        var uploader = Uploader(UploadPatience.Default with { Whole = TimeSpan.FromSeconds(0.5) });
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.RemoveAsync(published, default).WaitAsync(Poll.Limit));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("file://{0}/ads/word-count/other.tar.gz")]
    [InlineData("file://{0}/ads/word-count/topology-$(reboot).tar.gz")]
    [InlineData("file://{0}/ads/../topology-x.tar.gz")]
    [InlineData("http://host/topology-x.tar.gz")]
    [InlineData("file://topology-x.tar.gz")]
    [InlineData("file:///topology-x.tar.gz")]
    public async Task What_is_no_package_of_ours_is_never_deleted(string uri)
    {
        var text = uri.Replace("{0}", Path.Join(_root, "remote"), StringComparison.Ordinal);
        await Uploader().RemoveAsync(new PublishedPackage(text, null), default);
        Assert.False(File.Exists(Path.Join(_root, "calls")));
    }

    [Theory]
    [InlineData("heron.uploader.scp.command.options", null)]
    [InlineData("heron.uploader.scp.command.connection", null)]
    [InlineData("heron.uploader.ssh.command.options", null)]
    [InlineData("heron.uploader.ssh.command.connection", null)]
    [InlineData("heron.uploader.ssh.command.connection", "-oProxyCommand=reboot")]
    [InlineData("heron.uploader.scp.command.connection", "a b")]
    [InlineData("heron.uploader.scp.dir.path", "relative")]
    public void Settings_that_are_missing_or_wrong_are_named(string key, string? value)
    {
        var fault = Assert.Throws<HeronException>(() => Read(Settings().With([new(key, value)])));
        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
    }

    private static ScpUploaderOptions Read(HeronConfig config) => TestParts.Read(
        findings => ScpUploaderOptions.Read(config, new TokenSubstitution(new HostEnvironment("/home/heron", null)), findings))!;

    private ScpUploader Uploader(UploadPatience? patience = null) => new(
        Read(Settings()) with
        {
            SshProgram = Path.Join(_root, "ssh"),
            ScpProgram = Path.Join(_root, "scp"),
            Patience = patience ?? UploadPatience.Default,
        },
        NullLogger<ScpUploader>.Instance,
        TimeProvider.System);

    private HeronConfig Settings() => new(
    [
        new("heron.uploader.scp.command.options", "-i ~/.ssh/id -p 23"),
        new("heron.uploader.scp.command.connection", "heron@store"),
        new("heron.uploader.ssh.command.options", "-i ~/.ssh/id -p 23"),
        new("heron.uploader.ssh.command.connection", "heron@store"),
        new("heron.uploader.scp.dir.path", Path.Join(_root, "remote", "${ROLE}", "${TOPOLOGY}")),
    ]);

    // One that was killed may wait for whoever takes its status.
    private static bool Runs(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void WriteProgram(string name, string script)
    {
        var path = Path.Join(_root, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, Executable);
    }
}
