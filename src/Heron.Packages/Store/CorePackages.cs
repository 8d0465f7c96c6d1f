// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Heron.Core;
using Heron.Core.Scheduling;

namespace Heron.Packages.Store;

/// <summary>
/// The heron-core packages that this server serves: one file, or a folder with one file for each release. They may be replaced by
/// a rename at any time: the next request gets the new one, a download that runs goes on with the old.
/// </summary>
/// <param name="path">A file or a folder, from <c>--heron-core-package-path</c>; null when it serves none.</param>
/// <param name="defaultVersion">Which of a folder's releases is meant when nobody says (<see cref="HeronCoreDetector.VersionKey"/>).</param>
public sealed class CorePackages(string? path, string? defaultVersion = null)
{
    private const string Prefix = "heron-core-";

    private static readonly string[] Endings = [".tar.gz", ".tgz", ".tar"];

    private readonly ConcurrentDictionary<string, (FileVersion Version, Task<string> Sha256)> _digests = new(StringComparer.Ordinal);

    /// <summary>Whether there is anything to serve.</summary>
    public bool AreServed => path is not null;

    /// <summary>Whether it is a folder, with a file for each release.</summary>
    public bool AreSeveral => Directory.Exists(path);

    /// <summary>The file that is meant when nobody says which; null when there is none, or no telling.</summary>
    public string? Default => !AreServed ? null : !AreSeveral ? path : Choose(null) is { } chosen ? chosen.File : null;

    /// <summary>The file of a release.</summary>
    /// <param name="version">Which; null for the one that is meant when nobody says.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>; the message says what there is.</exception>
    public string Find(string? version = null)
    {
        if (path is null)
        {
            throw NotFound("this server serves no core package; start it with --heron-core-package-path FILE");
        }

        if (!AreSeveral)
        {
            return version is null || version == ReleaseOf(path)
                ? path
                : throw NotFound(
                    $"this server serves one core package, {Path.GetFileName(path)}; for several, let --heron-core-package-path name a folder");
        }

        return FindRelease(version).File;
    }

    /// <summary>The release of a folder that is meant.</summary>
    /// <param name="version">As its file is named, or the same number; null for the one that is meant when nobody says.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>; the message says what there is.</exception>
    public (string Release, string File) FindRelease(string? version) => Choose(version) ?? throw NotFound(
        $"{((version ?? defaultVersion) is not { } wanted ? $"there are several core packages: say with {HeronCoreDetector.VersionKey} which" : $"there is no core package of release {ShownText.Of(wanted)}")}; "
            + $"the folder of --heron-core-package-path has {(Releases().Count == 0 ? "none" : string.Join(", ", Releases().Keys))}");

    /// <summary>The releases there are in a folder, each with its file: <c>heron-core-0.20.5.tar.gz</c> is <c>0.20.5</c>.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the folder cannot be read.</exception>
    public IReadOnlyDictionary<string, string> Releases()
    {
        var releases = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var file in Directory.Exists(path) ? Directory.EnumerateFiles(path) : [])
            {
                if (ReleaseOf(file) is { } release)
                {
                    releases.TryAdd(release, file);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                "the folder of --heron-core-package-path is there and cannot be read; the log of the server has the cause, which its operator has to mend",
                fault);
        }

        return releases;
    }

    /// <summary>Opens the file of a release.</summary>
    /// <inheritdoc cref="Find"/>
    public StoredFile Open(string? version = null)
    {
        var file = Find(version);
        return StoredFile.Open(Path.GetFullPath(file), Path.GetFileName(file), now => DigestIfKnown(file, now), followLink: true)
            ?? throw NotFound($"the core package {Path.GetFileName(file)} (--heron-core-package-path) is gone; put it back");
    }

    /// <summary>The digest of a release's file as it is now; read when it is not known yet.</summary>
    /// <inheritdoc cref="Find"/>
    public async Task<string> DigestAsync(string? version, CancellationToken cancellationToken)
    {
        using var file = Open(version);
        return file.Sha256 ?? await Digest(Find(version), FileVersion.Of(file.Handle)).WaitAsync(cancellationToken);
    }

    private static HeronException NotFound(string message) => new(FaultKind.NotFound, message);

    private (string Release, string File)? Choose(string? version)
    {
        var releases = Releases();
        if ((version ?? defaultVersion) is not { } wanted)
        {
            return releases.Count == 1 ? (releases.Keys.First(), releases.Values.First()) : null;
        }

        if (releases.TryGetValue(wanted, out var file))
        {
            return (wanted, file);
        }

        // 0.20.5 means 0.20.5-incubating, when that is the only one.
        var number = new HeronCoreVersion(wanted);
        var same = releases.Where(r => number.IsRelease && number.CompareTo(new HeronCoreVersion(r.Key)) == 0).ToList();
        return same.Count == 1 ? (same[0].Key, same[0].Value) : null;
    }

    private static string? ReleaseOf(string file)
    {
        var name = Path.GetFileName(file);
        var ending = Array.Find(Endings, e => name.EndsWith(e, StringComparison.Ordinal));
        return ending is not null && name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length + ending.Length
            ? name[Prefix.Length..^ending.Length]
            : null;
    }

    // Nobody waits for the digest of a large file: until it is known, length and time tell one file from another.
    private string? DigestIfKnown(string file, FileVersion now) => Digest(file, now) is { IsCompletedSuccessfully: true } known ? known.Result : null;

    private Task<string> Digest(string file, FileVersion now)
    {
        var known = _digests.AddOrUpdate(
            file,
            _ => (now, Task.Run(() => ReadAsync(file, now))),
            (_, old) => old.Version == now && !old.Sha256.IsFaulted ? old : (now, Task.Run(() => ReadAsync(file, now))));
        return known.Sha256;
    }

    private static async Task<string> ReadAsync(string file, FileVersion expected)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, StoredFile.HashedAtOnce);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
        return FileVersion.Of(stream.SafeFileHandle) == expected
            ? sha256
            : throw new HeronException(FaultKind.Unavailable, $"the core package {Path.GetFileName(file)} is being replaced; try again in a moment");
    }
}
