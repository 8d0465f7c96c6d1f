// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Heron.Core.Scheduling;
using Heron.Testing;

namespace Heron.Core.Tests.Scheduling;

/// <summary>A temporary node: runs the start script with the real <c>/bin/sh</c> and a stand-in executor.</summary>
internal sealed class StartScriptRun : IDisposable
{
    /// <summary>Prints what a test wants to know, one value a line.</summary>
    public const string RecordingExecutor =
        "#!/bin/sh\nprintf 'arg:%s\\n' \"$@\"\nprintf 'java:%s\\n' \"$JAVA_HOME\"\nprintf 'cwd:%s\\n' \"$(pwd)\"\nprintf 'pid:%s\\n' $$\nexit 7\n";

    public StartScriptRun(string executor = RecordingExecutor)
    {
        Script = Path.Join(Root, "script.sh");
        File.WriteAllText(Script, StartScript.Text);
        Core = TarGz(("heron-core/bin/heron-executor", executor, true), ("heron-core/bin/heron-downloader", Downloader, true));
        Topology = TarGz(("topology.defn", "defn", false), ("heron-conf/statemgr.yaml", "a: b\n", false));
        Folder = Path.Join(Root, "work", "container-1");
        Variables = new Dictionary<string, string?>
        {
            ["HERON_NOMAD_WORKING_DIR"] = Folder,
            ["HERON_USE_CORE_PACKAGE_URI"] = "true",
            ["HERON_EXECUTOR_CMD"] = "./heron-core/bin/heron-executor --shard=1",
            ["HERON_DOWNLOAD_RETRY_PAUSE"] = "0",
            ["HERON_OLD_CONTAINER_WAIT"] = "1",
            ["JAVA_HOME"] = null,
        };
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("heron-start-").FullName;

    public string Script { get; }

    public string Folder { get; set; }

    public byte[] Core { get; }

    public byte[] Topology { get; }

    public Dictionary<string, string?> Variables { get; }

    private static string Downloader => "#!/bin/sh\nprintf '%s\\n' \"$*\" > downloader-args\ncp heron-conf/downloader.yaml seen.yaml\necho defn > topology.defn\n";

    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static byte[] TarGz(params (string Name, string Text, bool Executable)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new TarWriter(zip))
        {
            foreach (var (name, text, executable) in entries)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    Mode = executable ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100,
                });
            }
        }

        return memory.ToArray();
    }

    /// <summary>Serves both packages and points the script to them.</summary>
    public void ServeFrom(
        MisbehavingFileServer server,
        MisbehavingFileServer.Behaviour[]? core = null,
        MisbehavingFileServer.Behaviour[]? topology = null)
    {
        Variables["HERON_CORE_PACKAGE_URI"] = server.Add("/core.tar.gz", Core, core ?? []);
        Variables["HERON_TOPOLOGY_PACKAGE_URI"] = server.Add("/topology.tar.gz", Topology, topology ?? []);
        Variables["HERON_TOPOLOGY_PACKAGE_SHA256"] = Digest(Topology);
    }

    /// <summary>Points the script to both packages on disk.</summary>
    public void UseFiles()
    {
        File.WriteAllBytes(Path.Join(Root, "core.tar.gz"), Core);
        File.WriteAllBytes(Path.Join(Root, "topology.tar.gz"), Topology);
        Variables["HERON_CORE_PACKAGE_URI"] = $"file://{Root}/core.tar.gz";
        Variables["HERON_TOPOLOGY_PACKAGE_URI"] = $"file://{Root}/topology.tar.gz";
    }

    public Process Start(string? step = null)
    {
        // With the signals of a fresh session: a test run in the background ignores some, and a shell cannot trap those.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT,QUIT", "/bin/sh"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        start.ArgumentList.Add(Script);
        if (step is not null)
        {
            start.ArgumentList.Add(step);
        }

        foreach (var (name, value) in Variables)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return Process.Start(start)!;
    }

    public async Task<(int Status, string Output, string Errors)> RunAsync(string? step = null)
    {
        using var process = Start(step);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    public void Dispose() => Scratch.Delete(Root);
}
