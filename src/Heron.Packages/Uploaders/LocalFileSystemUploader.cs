// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.Packages.Uploaders;

/// <summary>Puts packages into a folder that all nodes have under the same path, such as a network file system.</summary>
/// <param name="options">Where to.</param>
/// <param name="logger">Hears of temporary files that stay.</param>
public sealed partial class LocalFileSystemUploader(
    LocalFileSystemUploaderOptions options, ILogger<LocalFileSystemUploader> logger) : IUploader
{
    private const string FileScheme = "file://";
    private const int BufferBytes = 128 * 1024;

    /// <summary>
    /// Copies to a temporary name in the folder, flushes to disk, renames and flushes the folder: the package is there whole
    /// or not at all, even after a power cut.
    /// </summary>
    /// <inheritdoc/>
    public async Task<PublishedPackage> PublishAsync(
        TopologyPackage package, Func<PublishedPackage, Task> decided, CancellationToken cancellationToken)
    {
        var name = PackageFileName.Of(package);
        var folder = options.Folder.For(package);
        var path = Path.Join(folder, name);
        var temporary = Unfinished(path);
        var published = new PublishedPackage(ToUri(path), package.Sha256);
        await decided(published);
        try
        {
            Directory.CreateDirectory(folder);
            await CopyAsync(package, temporary, cancellationToken);
            File.Move(temporary, path, overwrite: true);
            DurableFile.FlushFolder(folder);
            Log.Stored(logger, path);
            Failpoint.Reach("package is stored");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            DeleteUnfinished(temporary, path);
            var kind = DiskFull.Is(fault) ? FaultKind.OutOfSpace : FaultKind.Internal;
            throw new HeronException(
                kind, $"the package cannot be stored in {folder} ({LocalFileSystemUploaderOptions.FolderKey}): {fault.Message}", fault);
        }
        catch
        {
            DeleteUnfinished(temporary, path);
            throw;
        }

        return published;
    }

    /// <summary>Deletes the file, if it is one of ours in such a folder; anything else is left alone.</summary>
    /// <inheritdoc/>
    public Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        if (ToOwnPath(package.Uri) is { } path && Directory.Exists(Path.GetDirectoryName(path)))
        {
            try
            {
                File.Delete(Unfinished(path));
                File.Delete(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new HeronException(FaultKind.Internal, $"the package {path} cannot be deleted: {fault.Message}", fault);
            }
        }

        return Task.CompletedTask;
    }

    // The package's name is random, so this one is, too; a recovery that knows the one knows the other.
    private static string Unfinished(string path) => Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.part");

    private async Task CopyAsync(TopologyPackage package, string path, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(
            package.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var target = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                BufferSize = BufferBytes,
                PreallocationSize = package.Length,
            });
        Log.Copying(logger, path);
        Failpoint.Reach("package is copied");
        await source.CopyToAsync(target, BufferBytes, cancellationToken);
        if (target.Length != package.Length)
        {
            throw new IOException($"the package has {target.Length} bytes instead of {package.Length}");
        }

        await target.FlushAsync(cancellationToken);
        RandomAccess.FlushToDisk(target.SafeFileHandle);
    }

    private static string ToUri(string path) =>
        FileScheme + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    // Whatever text is recorded as URI, only a file of ours directly in such a folder is meant.
    private string? ToOwnPath(string uri)
    {
        if (!uri.StartsWith(FileScheme, StringComparison.Ordinal))
        {
            return null;
        }

        var path = Uri.UnescapeDataString(uri[FileScheme.Length..]);
        var name = Path.GetFileName(path);
        return name.Length < path.Length && PackageFileName.IsOurs(name) && options.Folder.Matches(path[..^(name.Length + 1)]) ? path : null;
    }

    // The fault that led here is the one to report.
    private void DeleteUnfinished(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.Stays(logger, path, fault);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The unfinished package {Path} stays; delete it")]
        public static partial void Stays(ILogger logger, string path, Exception fault);

        [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "the package is copied to {Path}")]
        public static partial void Copying(ILogger logger, string path);

        [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "the package is stored as {Path}")]
        public static partial void Stored(ILogger logger, string path);
    }
}
