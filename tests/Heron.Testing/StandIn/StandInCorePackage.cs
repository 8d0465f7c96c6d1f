using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Heron.Testing.StandIn;

/// <summary>
/// Packs the stand-in heron-core as a <c>heron-core.tar.gz</c>: its programs are two-line scripts that start the test
/// project <c>Heron.StandInCore</c>, so the package is small and made in milliseconds.
/// </summary>
public static class StandInCorePackage
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>The built stand-in.</summary>
    public static string Program { get; } = Path.Join(
        Fixtures.RepositoryRoot, "tests", "Heron.StandInCore", "bin", Configuration, "net10.0", "Heron.StandInCore.dll");

    /// <summary>Writes the package.</summary>
    /// <param name="path">Where.</param>
    /// <param name="settings">Written into it as <c>stand-in.json</c>.</param>
    public static void Write(string path, StandInCoreOptions settings)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException("build tests/Heron.StandInCore first", Program);
        }

        using var file = File.Create(path);
        using var zip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(zip);
        AddScript(tar, "heron-executor", "executor");
        AddScript(tar, "heron-downloader", "downloader");
        foreach (var daemon in new[] { settings.IsOld ? "heron-tmaster" : "heron-tmanager", "heron-stmgr", "heron-shell" })
        {
            AddScript(tar, daemon, "tmanager");
        }

        Add(tar, "heron-core/stand-in.json", JsonSerializer.Serialize(settings));
        Add(tar, "heron-core/release.yaml", $"heron.build.version: '{settings.Version}'\n");
        Add(tar, "release.yaml", $"heron.build.version: '{settings.Version}'\n");
    }

    /// <summary>The dotnet that runs the tests: tasks need not have it on their PATH.</summary>
    private static string DotNet => Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet"
        ? self
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host
            ? host
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .Select(folder => Path.Join(folder, "dotnet"))
                .First(File.Exists);

    private static void AddScript(TarWriter tar, string name, string mode) => Add(
        tar, $"heron-core/bin/{name}", $"#!/bin/sh\nexec '{DotNet}' '{Program}' {mode} \"$@\"\n");

    private static void Add(TarWriter tar, string name, string text) => tar.WriteEntry(
        new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = Executable,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        });
}
