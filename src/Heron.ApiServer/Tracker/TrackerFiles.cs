// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Topologies;
using Heron.Daemons.Shell;
using Heron.Operations.Observe.Files;

namespace Heron.ApiServer.Tracker;

/// <summary>
/// Files of containers as a heron-shell tells of them: by the container's own, which the stock tracker asks, or as the rest of this server
/// reads them when that is away, so that the files of a container that has ended can still be looked at.
/// </summary>
internal sealed class TrackerFiles(IContainerShells shells, ContainerReader reader)
{
    /// <summary>The entries of a folder, by name.</summary>
    /// <inheritdoc cref="IContainerShells.ListAsync"/>
    public Task<IReadOnlyDictionary<string, ShellFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken) => EitherAsync<IReadOnlyDictionary<string, ShellFile>>(
        () => shells.ListAsync(topology, container, path, cancellationToken),
        async () => Shown(await reader.ListAsync(topology, container, path, cancellationToken)));

    /// <summary>A piece of a file.</summary>
    /// <inheritdoc cref="IContainerShells.ReadAsync"/>
    public Task<FileSlice> ReadAsync(
        TopologyIdentity topology, int container, string path, long offset, long length, CancellationToken cancellationToken)
    {
        // Where a shell's address is not to be had, nobody else does.
        HeronShellClient.RequireSlice(offset, length);
        return EitherAsync(
            () => shells.ReadAsync(topology, container, path, offset, length, cancellationToken),
            async () =>
            {
                var wanted = offset < 0 ? 0 : Math.Min(length, HeronShellClient.MaxSlice);
                await using var content = await reader.OpenAsync(topology, container, path, Math.Max(offset, 0), wanted, cancellationToken);
                if (offset < 0)
                {
                    return new FileSlice(content.Size ?? 0, 0);
                }

                var bytes = new byte[Math.Min(wanted, Math.Max((content.Size ?? wanted) - content.Offset, 0))];
                var count = await content.Stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
                return new FileSlice(content.Offset, count, count == 0 ? null : Encoding.UTF8.GetString(bytes, 0, count));
            });
    }

    /// <summary>Passes a whole file on.</summary>
    /// <inheritdoc cref="IContainerShells.DownloadAsync"/>
    public Task DownloadAsync(
        TopologyIdentity topology, int container, string path, Func<Stream> begin, CancellationToken cancellationToken)
    {
        var hasBegun = false;
        return EitherAsync(
            async () =>
            {
                await shells.DownloadAsync(topology, container, path, Begin, cancellationToken);
                return hasBegun;
            },
            async () =>
            {
                await using var content = await reader.OpenAsync(topology, container, path, 0, null, cancellationToken);
                await content.Stream.CopyToAsync(Begin(), cancellationToken);
                return hasBegun;
            },
            () => !hasBegun);

        Stream Begin()
        {
            hasBegun = true;
            return begin();
        }
    }

    private static async Task<T> EitherAsync<T>(Func<Task<T>> ofShell, Func<Task<T>> ofReader, Func<bool>? mayTryAgain = null)
    {
        try
        {
            return await ofShell();
        }
        catch (HeronException away) when (IsAway(away) && mayTryAgain?.Invoke() != false)
        {
            try
            {
                return await ofReader();
            }
            catch (HeronException second) when (IsAway(second))
            {
                // What the stock tracker would say of it, too.
                ExceptionDispatchInfo.Throw(away);
                throw;
            }
        }
    }

    private static bool IsAway(HeronException fault) => fault.Kind is FaultKind.Unavailable or FaultKind.BadGateway;

    private static Dictionary<string, ShellFile> Shown(FolderListing listing)
    {
        var files = new Dictionary<string, ShellFile>(StringComparer.Ordinal);
        if (listing.Path.Length > 0)
        {
            files[".."] = new ShellFile("", true, PathOf(listing.Path.LastIndexOf('/') is >= 0 and var end ? listing.Path[..end] : ""));
        }

        foreach (var entry in listing.Entries)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{entry.Mode} {entry.Size,10} {entry.Modified:MMM dd HH:mm}");
            files[entry.Name] = new ShellFile(
                line, entry.Type == "folder", PathOf(listing.Path.Length == 0 ? entry.Name : $"{listing.Path}/{entry.Name}"));
        }

        return files;
    }

    // As a shell gives it: fit for an address.
    private static string PathOf(string path) => Uri.EscapeDataString(path.Length == 0 ? "." : path);
}
