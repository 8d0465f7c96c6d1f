using System.Collections.Concurrent;
using System.Security.Cryptography;
using Heron.Core;

namespace Heron.Packages.Store;

/// <summary>
/// The heron-core packages that this server serves: one file, or a folder with one file for each release. They may be replaced by
/// a rename at any time: the next request gets the new one, a download that runs goes on with the old.
/// </summary>
/// <param name="path">A file or a folder, from <c>--heron-core-package-path</c>; null when it serves none.</param>
/// <param name="defaultVersion">Which of a folder's releases is meant when nobody says (<see cref="VersionKey"/>).</param>
public sealed class CorePackages(string? path, string? defaultVersion = null)
{
    /// <summary>The setting that names a release, of the server or of one topology.</summary>
    public const string VersionKey = "heron.core.version";

    private const string Prefix = "heron-core-";

    private static readonly string[] Endings = [".tar.gz", ".tgz", ".tar"];

    private readonly ConcurrentDictionary<string, (FileVersion Version, Task<string> Sha256)> _digests = new(StringComparer.Ordinal);

    /// <summary>Whether there is anything to serve.</summary>
    public bool AreServed => path is not null;

    /// <summary>The file of a release.</summary>
    /// <param name="version">Which; null for the one that is meant when nobody says.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.NotFound"/>; the message says what there is.</exception>
    public string Find(string? version = null)
    {
        if (path is null)
        {
            throw NotFound("this server serves no core package; start it with --heron-core-package-path FILE");
        }

        if (!Directory.Exists(path))
        {
            return version is null || version == VersionOf(path)
                ? path
                : throw NotFound(
                    $"this server serves one core package, {Path.GetFileName(path)}; for several, let --heron-core-package-path name a folder");
        }

        var releases = Releases();
        var wanted = version ?? defaultVersion;
        if (wanted is null && releases.Count == 1)
        {
            return releases.Values.Single();
        }

        return wanted is not null && releases.TryGetValue(wanted, out var file)
            ? file
            : throw NotFound(
                $"{(wanted is null ? $"the folder {path} has several core packages: say with {VersionKey} which" : $"there is no core package of release {ShownText.Of(wanted)}")}; " +
                $"there are {(releases.Count == 0 ? "none" : string.Join(", ", releases.Keys))}");
    }

    /// <summary>The releases there are in a folder, each with its file: <c>heron-core-0.20.5.tar.gz</c> is <c>0.20.5</c>.</summary>
    public IReadOnlyDictionary<string, string> Releases()
    {
        var releases = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(path))
        {
            foreach (var file in Directory.EnumerateFiles(path))
            {
                if (VersionOf(file) is { } version)
                {
                    releases.TryAdd(version, file);
                }
            }
        }

        return releases;
    }

    /// <summary>Opens the file of a release.</summary>
    /// <inheritdoc cref="Find"/>
    public StoredFile Open(string? version = null)
    {
        var file = Find(version);
        return StoredFile.Open(Path.GetFullPath(file), Path.GetFileName(file), now => DigestIfKnown(file, now), followLink: true)
            ?? throw NotFound($"the core package {file} (--heron-core-package-path) is gone; put it back");
    }

    /// <summary>The digest of a release's file as it is now; read when it is not known yet.</summary>
    /// <inheritdoc cref="Find"/>
    public async Task<string> DigestAsync(string? version, CancellationToken cancellationToken)
    {
        using var file = Open(version);
        return file.Sha256 ?? await Digest(Find(version), FileVersion.Of(file.Handle)).WaitAsync(cancellationToken);
    }

    private static HeronException NotFound(string message) => new(FaultKind.NotFound, message);

    private static string? VersionOf(string file)
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
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
        return FileVersion.Of(stream.SafeFileHandle) == expected
            ? sha256
            : throw new HeronException(FaultKind.Unavailable, $"the core package {file} is being replaced; try again in a moment");
    }
}
