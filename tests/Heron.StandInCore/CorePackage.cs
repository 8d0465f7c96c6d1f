// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Heron.StandInCore;

/// <summary>
/// Packs the stand-in as a <c>heron-core.tar.gz</c>: its programs are two-line scripts that start the one built program, so the
/// package is small and made in milliseconds. Heron.Testing compiles this file too; the demo has the program itself pack it.
/// </summary>
internal static class CorePackage
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes the package.</summary>
    /// <param name="path">Where.</param>
    /// <param name="dotNet">The dotnet that starts the program: containers need not have it on their PATH.</param>
    /// <param name="program">The built stand-in, a .dll.</param>
    /// <param name="isOld">Whether the programs are those of the 0.17 kind.</param>
    /// <param name="version">The release that the package claims to be.</param>
    /// <param name="settings">The content of <c>stand-in.json</c>.</param>
    public static void Write(string path, string dotNet, string program, bool isOld, string version, string settings)
    {
        using var file = File.Create(path);
        using var zip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(zip);
        AddScript("heron-executor", "executor");
        AddScript("heron-downloader", "downloader");
        foreach (var daemon in new[] { isOld ? "heron-tmaster" : "heron-tmanager", "heron-stmgr", "heron-shell" })
        {
            AddScript(daemon, "tmanager");
        }

        Add("heron-core/stand-in.json", settings);
        Add("heron-core/release.yaml", $"heron.build.version: '{version}'\n");
        Add("release.yaml", $"heron.build.version: '{version}'\n");

        void AddScript(string name, string mode) => Add(
            $"heron-core/bin/{name}", $"#!/bin/sh\nexec {Quoted(dotNet)} {Quoted(program)} {mode} \"$@\"\n");

        void Add(string name, string text) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            Mode = Executable,
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        });
    }

    private static string Quoted(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
