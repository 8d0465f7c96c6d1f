// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;

namespace Heron.Packages.Tests.Conformance;

/// <summary>
/// Scripts in the place of ssh and scp that do on this machine what they would do on another: the words after the host go to a
/// shell, as with sshd.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class StandInShell
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public StandInShell()
    {
        Write("ssh", """
            while [ "$1" != "--" ]; do shift; done
            shift 2
            exec sh -c "$*"
            """);
        Write("scp", """
            while [ "$1" != "--" ]; do shift; done
            exec cp "$2" "${3#*:}"
            """);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("heron-scp-").FullName;

    public string PathOf(string program) => Path.Join(Root, program);

    private void Write(string name, string script)
    {
        File.WriteAllText(PathOf(name), "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(PathOf(name), Executable);
    }
}
