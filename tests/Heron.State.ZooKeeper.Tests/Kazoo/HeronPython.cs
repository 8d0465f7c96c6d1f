// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.State.ZooKeeper.Tests.Kazoo;
using Heron.Testing;

[assembly: AssemblyFixture(typeof(HeronPython))]

namespace Heron.State.ZooKeeper.Tests.Kazoo;

/// <summary>Debian's Python with kazoo, and Heron's messages compiled for it: readers and writers that are none of ours.</summary>
public sealed class HeronPython : IDisposable
{
    private readonly string _messages = Directory.CreateTempSubdirectory("heron-protobuf-").FullName;

    public HeronPython()
    {
        string proto = Path.Join(Fixtures.RepositoryRoot, "proto");
        using var compiler = Process.Start(
            "protoc", [$"-I{proto}", $"--python_out={_messages}", .. Directory.EnumerateFiles(proto, "*.proto")])!;
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }

    /// <summary>Starts a command of <c>heron_state.py</c>.</summary>
    public ToolProcess Start(string hosts, params string[] arguments) => new(
        "/usr/bin/python3",
        [
            "-B", Path.Join(Fixtures.RepositoryRoot, "tests", "Heron.State.ZooKeeper.Tests", "Kazoo", "heron_state.py"),
            _messages, hosts, .. arguments,
        ]);

    /// <summary>Runs a command to its end.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string hosts, params string[] arguments)
    {
        using var process = Start(hosts, arguments);
        return await process.FinishAsync();
    }

    public void Dispose() => Directory.Delete(_messages, recursive: true);
}
