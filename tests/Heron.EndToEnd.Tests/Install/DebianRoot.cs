// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Install;

/// <summary>
/// A file system that packages are installed into: an empty folder that the machine's own dpkg looks after, whose maintainer scripts run
/// outside of it; in the long form a whole Debian of this machine's release, from its own package sources, whose dpkg runs inside.
/// </summary>
internal sealed class DebianRoot : IDisposable
{
    private readonly bool _whole;

    private DebianRoot(string path, bool whole) => (Path, _whole) = (path, whole);

    public string Path { get; }

    /// <summary>Whether this account may make one.</summary>
    public static bool MayBeMade => Environment.UserName == "root" && File.Exists("/usr/bin/dpkg") && File.Exists("/usr/bin/systemd-sysusers");

    public static DebianRoot Make()
    {
        var path = Directory.CreateTempSubdirectory("heron-debian-").FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        if (Soak.Long)
        {
            const string Sources = "apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages'"
                + " | awk -v c=\"$(. /etc/os-release; echo \"$VERSION_CODENAME\")\" '$2 == c && $3 == \"main\" { print c, $1; exit }'";
            var source = Tool.Run("sh", "-c", Sources).Succeeded().Output.Trim().Split(' ');
            Tool.Run(
                "debootstrap", "--variant=minbase", "--include=systemd,ca-certificates,libssl3,libstdc++6", source[0], path, source[1]).Succeeded();
            return new DebianRoot(path, whole: true);
        }

        foreach (var folder in (string[])["info", "updates", "triggers"])
        {
            Directory.CreateDirectory(System.IO.Path.Join(path, "var", "lib", "dpkg", folder));
        }

        File.WriteAllText(System.IO.Path.Join(path, "var", "lib", "dpkg", "status"), "");
        return new DebianRoot(path, whole: false);
    }

    public string At(params string[] parts) => System.IO.Path.Join([Path, .. parts]);

    /// <summary>Runs dpkg for this file system; it asks nothing, and keeps what was changed.</summary>
    public Tool Dpkg(params string[] arguments)
    {
        string[] always = ["--force-confdef", "--force-confold", "--no-triggers"];
        if (!_whole)
        {
            // Nothing that a package could depend on is installed.
            return Tool.Run("dpkg", [$"--root={Path}", "--force-script-chrootless", "--force-depends", .. always, .. arguments]).Succeeded();
        }

        var inside = arguments.Select(argument =>
        {
            if (!argument.EndsWith(".deb", StringComparison.Ordinal))
            {
                return argument;
            }

            File.Copy(argument, At("tmp", System.IO.Path.GetFileName(argument)), overwrite: true);
            return "/tmp/" + System.IO.Path.GetFileName(argument);
        });
        return Run(["dpkg", .. always, .. inside]).Succeeded();
    }

    /// <summary>Runs an installed program: inside where there is a whole Debian, else from outside.</summary>
    public Tool Run(params string[] command) => _whole
        ? Tool.Run("unshare", ["-mpf", "--kill-child", "sh", "-c", "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" \"$@\"", Path, .. command])
        : Tool.Run(At(command[0]), command[1..]);

    public void Dispose() => Scratch.Delete(Path);
}
