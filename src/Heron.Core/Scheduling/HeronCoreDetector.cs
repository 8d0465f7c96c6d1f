// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;
using Microsoft.Extensions.Logging;

namespace Heron.Core.Scheduling;

/// <summary>
/// Finds out which heron-core the containers run: what <c>heron.core.version</c> says, else what the
/// <c>release.yaml</c> inside the served core package says, else the newest.
/// </summary>
public sealed partial class HeronCoreDetector(ILogger<HeronCoreDetector> logger)
{
    /// <summary>Ours: the release of heron-core, for example <c>0.17.8</c>. Default: what the served package says.</summary>
    public const string VersionKey = "heron.core.version";

    private const string ReleaseFile = "release.yaml";
    private const string ReleaseKey = "heron.build.version";
    private const int MaxReleaseFileBytes = 64 * 1024;
    private const int MaxEntries = 200_000;

    /// <summary>Well above any core package; a package that unpacks to more is not read to its end.</summary>
    private const long MaxUnpackedBytes = 8L * 1024 * 1024 * 1024;

    private readonly Lock _lock = new();
    private (string Path, long Length, DateTime Written, HeronCoreVersion? Version)? _seen;

    /// <summary>The release of the containers' core.</summary>
    /// <param name="config">May hold <see cref="VersionKey"/>.</param>
    /// <param name="corePackagePath">The served <c>heron-core.tar.gz</c>, if the server serves one; read once per change.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the configured release is none.</exception>
    public async Task<HeronCoreVersion> DetectAsync(
        HeronConfig config, string? corePackagePath, CancellationToken cancellationToken)
    {
        if (Configured(config) is { } configured)
        {
            return configured;
        }

        return corePackagePath is null
            ? HeronCoreVersion.Newest
            : await OfPackageAsync(corePackagePath, cancellationToken) ?? HeronCoreVersion.Newest;
    }

    /// <summary>The release that the configuration names, or null.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when it is none.</exception>
    public static HeronCoreVersion? Configured(HeronConfig config)
    {
        if (config.GetString(VersionKey) is not { Length: > 0 } configured)
        {
            return null;
        }

        var version = new HeronCoreVersion(configured.Trim());
        return version.IsRelease
            ? version
            : throw new HeronException(
                FaultKind.Invalid,
                $"the setting {VersionKey} must be a release of Heron such as {HeronCoreVersion.Newest.Text} or 0.17.8, not '{configured}'");
    }

    private async Task<HeronCoreVersion?> OfPackageAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        // Of a link, what counts is the package that it leads to now.
        var file = (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        lock (_lock)
        {
            if (_seen is { } seen && seen.Path == file.FullName && seen.Length == file.Length && seen.Written == file.LastWriteTimeUtc)
            {
                return seen.Version;
            }
        }

        HeronCoreVersion? version = null;
        try
        {
            version = await ReadAsync(path, cancellationToken);
            if (version is null)
            {
                LogNotFound(path, HeronCoreVersion.Newest);
            }
            else
            {
                LogFound(path, version);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or FormatException or UnauthorizedAccessException)
        {
            LogUnreadable(path, HeronCoreVersion.Newest, fault.Message);
        }

        lock (_lock)
        {
            _seen = (file.FullName, file.Length, file.LastWriteTimeUtc, version);
        }

        return version;
    }

    private static async Task<HeronCoreVersion?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var reader = new TarReader(unzipped);
        var unpacked = 0L;
        for (var count = 0; count < MaxEntries && unpacked < MaxUnpackedBytes; count++)
        {
            if (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is not { } entry)
            {
                break;
            }

            unpacked += entry.Length;
            if (IsReleaseFile(entry) && await VersionInAsync(entry.DataStream!, cancellationToken) is { } version)
            {
                return version;
            }
        }

        return null;
    }

    /// <summary><c>heron-core/release.yaml</c>, with or without <c>./</c> in front, or at the top.</summary>
    private static bool IsReleaseFile(TarEntry entry)
    {
        var segments = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(s => s == ".").ToArray();
        return segments.Length is 1 or 2 && segments[^1] == ReleaseFile && entry.DataStream is not null;
    }

    private static async Task<HeronCoreVersion?> VersionInAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxReleaseFileBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return VersionIn(buffer.AsSpan(0, length));
    }

    // Null when the file names no release.
    private static HeronCoreVersion? VersionIn(ReadOnlySpan<byte> releaseFile)
    {
        var text = Encoding.UTF8.GetString(releaseFile).TrimStart('\uFEFF');
        try
        {
            var version = new HeronCoreVersion(
                YamlReader.ReadTexts(text, ReleaseFile).GetValueOrDefault(ReleaseKey, string.Empty).Trim());
            return version.IsRelease ? version : null;
        }
        catch (HeronException fault)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    [LoggerMessage(LogLevel.Information, "The core package {Path} is Heron {Version}")]
    private partial void LogFound(string path, HeronCoreVersion version);

    [LoggerMessage(
        LogLevel.Warning,
        "The core package {Path} does not say which release of Heron it is; taking it for {Version}. Set heron.core.version if it is older")]
    private partial void LogNotFound(string path, HeronCoreVersion version);

    [LoggerMessage(
        LogLevel.Warning,
        "The core package {Path} cannot be read ({Reason}); taking it for Heron {Version}. Set heron.core.version if it is older")]
    private partial void LogUnreadable(string path, HeronCoreVersion version, string reason);
}
