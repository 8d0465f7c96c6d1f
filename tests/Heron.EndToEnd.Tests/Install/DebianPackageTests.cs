// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Heron.ApiServer;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Install;

/// <summary>
/// The Debian package: what is in it, and its life. In the short form the program in it only calls the one that was built; in the long
/// form it is a published one, and the Debian that it is installed into is a whole one.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class DebianPackageTests : IDisposable
{
    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void It_is_the_same_bytes_whoever_makes_it_and_has_all_that_an_installation_wants()
    {
        var published = Publish();
        var package = Package(published, "one");
        var copy = Path.Join(_home.Path, "elsewhere");
        Tool.Run("cp", "-r", published, copy).Succeeded();
        File.SetLastWriteTimeUtc(Path.Join(copy, "heron-apiserver"), DateTime.UtcNow.AddDays(-3));
        Assert.Equal(Digest(package), Digest(Package(copy, "two")));

        var files = Tool.Run("dpkg-deb", "-c", package).Succeeded().Lines;
        foreach (var file in (string[])
            [
                "./usr/lib/heron-apiserver/heron-apiserver", "./usr/bin/heron-apiserver -> ../lib/heron-apiserver/heron-apiserver",
                "./etc/heron/apiserver.yaml", "./etc/heron/conf/nomad/scheduler.yaml", "./usr/lib/systemd/system/heron-apiserver.service",
                "./usr/lib/sysusers.d/heron-apiserver.conf", "./usr/lib/tmpfiles.d/heron-apiserver.conf",
                "./usr/share/man/man8/heron-apiserver.8.gz", "./usr/share/bash-completion/completions/heron-apiserver",
                "./usr/share/zsh/vendor-completions/_heron-apiserver", "./usr/share/doc/heron-apiserver/copyright",
                "./usr/share/doc/heron-apiserver/decisions/nomad-jobs.md", "./usr/share/doc/heron-apiserver/images/demo.png",
                "./usr/share/doc/heron-apiserver/CHANGELOG.md", "./usr/share/doc/heron-apiserver/THIRD-PARTY-NOTICES", "./usr/share/doc/heron-apiserver/examples/apiserver.nomad.hcl",
            ])
        {
            Assert.Contains(files, line => line.EndsWith(' ' + file, StringComparison.Ordinal));
        }

        Assert.Equal($"heron-apiserver ({ServerVersion.Text}) unstable; urgency=medium", Tool.Run(
            "sh", "-c", "dpkg-deb --fsys-tarfile \"$0\" | tar -xO ./usr/share/doc/heron-apiserver/changelog.gz | gzip -d", package).Succeeded().Lines[0]);
        Assert.All(files, line => Assert.Contains(" root/root ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(files, line => line.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.StartsWith("-rw------- ", files.Single(line => line.EndsWith("/etc/heron/apiserver.env", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("ExecStart=/usr/bin/heron-apiserver\n", Tool.Run(
            "sh", "-c", "dpkg-deb --fsys-tarfile \"$0\" | tar -xO ./usr/lib/systemd/system/heron-apiserver.service", package).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_installed_upgraded_without_touching_what_was_changed_removed_and_purged()
    {
        Assert.SkipUnless(DebianRoot.MayBeMade, "needs root, dpkg and systemd");
        using var root = DebianRoot.Make();
        var published = Publish();
        root.Dpkg("--install", Package(published, "old"));
        Assert.Contains("heron:x:", File.ReadAllText(root.At("etc", "passwd")), StringComparison.Ordinal);
        Assert.Equal(
            (UnixFileMode)0b111_101_000, File.GetUnixFileMode(root.At("var", "lib", "heron")));
        Assert.Equal("/etc/heron/conf", new FileInfo(root.At("usr", "lib", "heron-apiserver", "conf")).LinkTarget);
        if (Soak.Long)
        {
            Assert.Equal($"heron-apiserver {ServerVersion.Text}\n", root.Run("heron-apiserver", "--version").Succeeded().Output);
            var check = root.Run(
                "runuser", "-u", "heron", "--", "env", "HOME=/var/lib/heron", "heron-apiserver", "check", "-D", "heron.package.core.uri=http://core.example/core.tar.gz");
            Assert.True(check.Status == 0, check.Errors);
        }

        // An operator's work.
        File.AppendAllText(root.At("etc", "heron", "apiserver.yaml"), "port: 9001\n");
        File.AppendAllText(root.At("etc", "heron", "apiserver.env"), "NOMAD_TOKEN=secret\n");
        File.WriteAllText(root.At("etc", "heron", "users.yaml"), "users: {}\n");
        File.WriteAllText(root.At("var", "lib", "heron", "package"), "of a topology");
        Tool.Run("systemctl", "--quiet", $"--root={root.Path}", "enable", "heron-apiserver.service").Succeeded();
        var wanted = root.At("etc", "systemd", "system", "multi-user.target.wants", "heron-apiserver.service");
        Assert.NotNull(new FileInfo(wanted).LinkTarget);

        // The next version changes one file that the operator has not.
        File.WriteAllText(Path.Join(published, ".heron-apiserver"), "99.0.0\n");
        File.AppendAllText(Path.Join(published, "conf", "nomad", "statemgr.yaml"), "# of the next version\n");
        File.AppendAllText(Path.Join(published, "release.yaml"), "# of the next version\n");
        root.Dpkg("--install", Package(published, "new"));
        Assert.EndsWith("port: 9001\n", File.ReadAllText(root.At("etc", "heron", "apiserver.yaml")), StringComparison.Ordinal);
        Assert.EndsWith("# of the next version\n", File.ReadAllText(root.At("etc", "heron", "conf", "nomad", "statemgr.yaml")), StringComparison.Ordinal);
        Assert.EndsWith("# of the next version\n", File.ReadAllText(root.At("usr", "lib", "heron-apiserver", "release.yaml")), StringComparison.Ordinal);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(root.At("etc", "heron", "apiserver.env")));
        Assert.NotNull(new FileInfo(wanted).LinkTarget);

        root.Dpkg("--remove", "heron-apiserver");
        Assert.False(Directory.Exists(root.At("usr", "lib", "heron-apiserver")));
        Assert.Null(new FileInfo(wanted).LinkTarget);
        Assert.EndsWith("port: 9001\n", File.ReadAllText(root.At("etc", "heron", "apiserver.yaml")), StringComparison.Ordinal);

        var purged = root.Dpkg("--purge", "heron-apiserver");
        Assert.Contains("kept: packages and journal in ", purged.Output, StringComparison.Ordinal);
        Assert.Equal([root.At("etc", "heron", "users.yaml")], Directory.EnumerateFileSystemEntries(root.At("etc", "heron")));
        Assert.Equal("of a topology", File.ReadAllText(root.At("var", "lib", "heron", "package")));
        Assert.False(File.Exists(root.At("usr", "share", "man", "man8", "heron-apiserver.8.gz")));
    }

    private static string Digest(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private string Package(string published, string name)
    {
        var folder = Path.Join(_home.Path, name);
        Tool.Run("scripts/debian-package.sh", published, folder).Succeeded();
        return Assert.Single(Directory.GetFiles(folder, "heron-apiserver_*_amd64.deb"));
    }

    private string Publish()
    {
        var folder = Path.Join(_home.Path, "published");
        if (Soak.Long)
        {
            Tool.Run("scripts/publish.sh", folder).Succeeded();
            return folder;
        }

        var share = Path.Join(folder, "share");
        Directory.CreateDirectory(share);
        foreach (var (file, content) in new[]
            {
                (".heron-apiserver", ServerVersion.Text + "\n"), ("heron-apiserver", $"#!/bin/sh\nexec '{ServerProcess.Product}' \"$@\"\n"), ("release.yaml", "heron.build.version: 1\n"),
                ("share/heron-apiserver.8", "manual"), ("share/heron-apiserver.bash", "bash"), ("share/_heron-apiserver", "zsh"),
            })
        {
            File.WriteAllText(Path.Join(folder, file), content);
        }

        Tool.Run("cp", "-r", "conf", "LICENSE", "NOTICE", "THIRD-PARTY-NOTICES", folder).Succeeded();
        Tool.Run("cp", "deploy/heron-apiserver.service", share).Succeeded();
        return folder;
    }
}
