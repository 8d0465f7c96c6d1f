// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Microsoft.Win32.SafeHandles;

namespace Heron.Scheduler.Local;

/// <summary>
/// Reads containers' folders on this machine. What is opened is judged by what it is once it is open, so that no link and no
/// exchange of a folder for a link in between leads out.
/// </summary>
internal sealed class LocalFiles(ConcurrentDictionary<string, RunningTopology> topologies, TimeProvider time) : IContainerFiles
{
    // Linux, asm-generic: read only, not to be inherited, and never to wait for the other end of a pipe.
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NotADirectory = 20;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken)
    {
        var root = FolderOf(topology, container);
        using var folder = Open(root, path, container);
        var entries = new List<ContainerFile>();
        try
        {
            foreach (var entry in new DirectoryInfo(Path(folder) + "/").EnumerateFileSystemInfos())
            {
                entries.Add(Describe(entry));
            }
        }
        catch (IOException notAFolder) when (notAFolder is DirectoryNotFoundException || (notAFolder.HResult & 0xffff) == NotADirectory)
        {
            throw ContainerPath.NotThere(container, path);
        }

        return Task.FromResult<IReadOnlyList<ContainerFile>>([.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public Task<ContainerContent> OpenAsync(
        TopologyIdentity topology, int container, string path, long offset, long? length, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The stream owns it.
        var file = Open(FolderOf(topology, container), path, container);
#pragma warning restore CA2000
        var size = SizeOf(file, container, path);
        var (begin, count) = ContainerPath.Range(offset, length, size);
        return Task.FromResult(new ContainerContent(new PartOfFile(file, begin, count), begin, size));
    }

    /// <inheritdoc/>
    public Task<ContainerContent> OpenOutputAsync(
        TopologyIdentity topology, int container, ContainerOutput output, long? tail, bool follow, CancellationToken cancellationToken)
    {
        var path = FolderOf(topology, container) + (output == ContainerOutput.Out ? ".stdout" : ".stderr");
        FileStream file;
        try
        {
#pragma warning disable CA2000 // The content that is given away owns the file.
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore CA2000
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.NotFound, $"container {container} has not written anything yet", gone);
        }

        var size = file.Length;
        var begin = tail is { } bytes ? Math.Max(0, size - bytes) : 0;
        file.Position = begin;
        return Task.FromResult(new ContainerContent(
            follow ? new FollowedFile(path, file, time) : new PartOfFile(file.SafeFileHandle, begin, size - begin, file), begin, size));
    }

    private static ContainerFile Describe(FileSystemInfo entry)
    {
        var isLink = entry.LinkTarget is not null;
        var isFolder = entry is DirectoryInfo && !isLink;
        var kind = isLink ? 'l' : isFolder ? 'd' : '-';
        return new ContainerFile(
            entry.Name,
            isFolder,
            entry is FileInfo file && !isLink ? file.Length : 0,
            entry.LastWriteTimeUtc,
            kind + Permissions(entry.UnixFileMode));
    }

    private static string Permissions(UnixFileMode mode)
    {
        const string All = "rwxrwxrwx";
        return string.Create(All.Length, (int)mode, (text, bits) =>
        {
            for (var i = 0; i < All.Length; i++)
            {
                text[i] = (bits & (1 << (All.Length - 1 - i))) != 0 ? All[i] : '-';
            }
        });
    }

    /// <summary>Opens what is at a path, and makes sure that it is inside of the container's folder.</summary>
    private static SafeFileHandle Open(string root, string path, int container)
    {
        var full = string.Join('/', ContainerPath.Segments(path).Prepend(root));
#pragma warning disable CA2000 // Given to the caller, or disposed where it is not the caller's to see.
        var handle = new SafeFileHandle(open(full, ReadOnly | NonBlocking | CloseOnExec), ownsHandle: true);
#pragma warning restore CA2000
        using var folder = new SafeFileHandle(open(root, ReadOnly | NonBlocking | CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid || folder.IsInvalid || (RealPath(handle) + "/").StartsWith(RealPath(folder) + "/", StringComparison.Ordinal))
        {
            return handle.IsInvalid ? throw ContainerPath.NotThere(container, path) : handle;
        }

        handle.Dispose();
        throw ContainerPath.NotThere(container, path);
    }

    private static string Path(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

    /// <summary>Where an open file is in fact, all links followed.</summary>
    private static string RealPath(SafeFileHandle handle) => new FileInfo(Path(handle)).LinkTarget ?? "?";

    private static long SizeOf(SafeFileHandle file, int container, string path)
    {
        try
        {
            // Some file systems have a length for folders, too.
            return Directory.Exists(Path(file)) ? throw ContainerPath.NoFile(container, path) : RandomAccess.GetLength(file);
        }
        catch (HeronException)
        {
            file.Dispose();
            throw;
        }
        catch (Exception special) when (special is NotSupportedException or IOException or UnauthorizedAccessException)
        {
            // A pipe, a socket.
            file.Dispose();
            throw ContainerPath.NoFile(container, path);
        }
    }

    private string FolderOf(TopologyIdentity topology, int container) =>
        topologies.TryGetValue(topology.Id, out var running) && running.Spec.Topology == topology && running.Containers.ContainsKey(container)
            ? running.Spec.FolderOf(container)
            : throw new HeronException(FaultKind.NotFound, $"topology {topology.Name} has no container {container} on this machine");

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for one call.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore SYSLIB1054
}
