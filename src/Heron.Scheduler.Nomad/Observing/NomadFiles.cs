// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;

namespace Heron.Scheduler.Nomad.Observing;

/// <summary>
/// Reads through Nomad what its machines have of an allocation: the outputs of a task always, and the container's folder when
/// it is inside of the allocation. Nomad itself refuses what leads out of an allocation; here no link is followed at all.
/// </summary>
internal sealed class NomadFiles(NomadClient client, TimeProvider time) : IContainerFiles
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerFile>> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken)
    {
        var (allocation, root) = await FolderAsync(topology, container, cancellationToken);
        var folder = await WalkAsync(allocation, root, ContainerPath.Segments(path), cancellationToken);
        var files = await client.FilesAsync(allocation, folder, cancellationToken) ?? throw ContainerPath.NotThere(container, path);
        return
        [
            .. files.OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => new ContainerFile(file.Name, file.IsDir, file.IsDir ? 0 : file.Size, file.ModTime, Mode(file.FileMode))),
        ];
    }

    /// <inheritdoc/>
    public async Task<ContainerContent> OpenAsync(
        TopologyIdentity topology, int container, string path, long offset, long? length, CancellationToken cancellationToken)
    {
        var (allocation, root) = await FolderAsync(topology, container, cancellationToken);
        var segments = ContainerPath.Segments(path);
        if (segments.Count == 0)
        {
            throw ContainerPath.NoFile(container, path);
        }

        var folder = await WalkAsync(allocation, root, [.. segments.SkipLast(1)], cancellationToken);
        var file = (await client.FilesAsync(allocation, folder, cancellationToken))?.FirstOrDefault(f => f.Name == segments[^1])
            ?? throw ContainerPath.NotThere(container, path);
        if (file.IsDir || !file.FileMode.StartsWith('-'))
        {
            throw ContainerPath.NoFile(container, path);
        }

        var (begin, count) = ContainerPath.Range(offset, length, file.Size);
        if (count == 0)
        {
            return new ContainerContent(Stream.Null, begin, file.Size);
        }

        var response = await client.ReadFileAsync(allocation, $"{folder}/{file.Name}", begin, count, cancellationToken);
        return new ContainerContent(await OwningStream.OfAsync(response, client.ReadAsync, cancellationToken), begin, file.Size);
    }

    /// <inheritdoc/>
    public async Task<ContainerContent> OpenOutputAsync(
        TopologyIdentity topology, int container, ContainerOutput output, long? tail, bool follow, CancellationToken cancellationToken)
    {
        var allocation = await AllocationAsync(topology, container, cancellationToken);
        var task = JobNames.Of(topology.Name, container);
        var stream = output == ContainerOutput.Out ? "stdout" : "stderr";
        try
        {
#pragma warning disable CA2000 // The content owns the stream, and whoever asked for it disposes of it.
            var isEmpty = (follow || tail == 0) && await IsEmptyAsync(allocation, task, stream, cancellationToken);
            if (!follow)
            {
                // Nomad takes no byte from the end for all of its last file.
                return new ContainerContent(
                    tail == 0 ? Stream.Null : await OpenAsync(allocation, task, stream, tail, follow: false, cancellationToken), 0, null);
            }

            // Nomad begins an answer that goes on with its first byte, and nobody is kept waiting for that.
            var following = Following(topology, container, stream);
            return new ContainerContent(
                isEmpty ? following.Begin("", Stream.Null)
                    : following.Begin(
                        allocation,
                        tail == 0
                            ? await BehindLastAsync(allocation, task, stream, cancellationToken)
                            : await OpenAsync(allocation, task, stream, tail, follow: true, cancellationToken)),
                0,
                null);
#pragma warning restore CA2000
        }
        catch (NomadException gone) when (IsNotThere(gone))
        {
            throw new HeronException(FaultKind.NotFound, $"container {container} has no {stream} yet, or its node has it no more: {gone.Words}", gone);
        }
    }

    private async Task<Stream> OpenAsync(
        string allocation, string task, string stream, long? tail, bool follow, CancellationToken cancellationToken) =>
        await OwningStream.OfAsync(
            await client.OutputAsync(allocation, task, stream, tail, follow, cancellationToken),
            follow ? null : client.ReadAsync,
            cancellationToken);

    private async Task<bool> IsEmptyAsync(string allocation, string task, string stream, CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(allocation, task, stream, 1, follow: false, cancellationToken);
        return await content.ReadAsync(new byte[1], cancellationToken) == 0;
    }

    /// <summary>What comes behind the last byte of an output that has some.</summary>
    private async Task<Stream> BehindLastAsync(string allocation, string task, string stream, CancellationToken cancellationToken)
    {
        var behind = await OpenAsync(allocation, task, stream, 1, follow: true, cancellationToken);
        try
        {
            await client.ReadAsync(behind, new byte[1], cancellationToken);
            return behind;
        }
        catch
        {
            await behind.DisposeAsync();
            throw;
        }
    }

    private FollowedOutput Following(TopologyIdentity topology, int container, string stream) => new(
        token => AllocationAsync(topology, container, token),
        async (allocation, token) =>
        {
            try
            {
                var task = JobNames.Of(topology.Name, container);
                return await IsEmptyAsync(allocation, task, stream, token)
                    ? null
                    : await OpenAsync(allocation, task, stream, null, follow: true, token);
            }
            catch (NomadException early) when (IsNotThere(early))
            {
                // It has a node and has not begun to run.
                return null;
            }
        },
        time);

    private static bool IsNotThere(NomadException fault) =>
        fault.Status is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.BadRequest;

    /// <summary>The newest allocation of a container.</summary>
    private async Task<string> AllocationAsync(TopologyIdentity topology, int container, CancellationToken cancellationToken)
    {
        var id = JobNames.Of(topology.Id, container);
        if (await client.OwnerAsync(id, cancellationToken) is not { Meta: { } meta } || !TopologyJobs.Owns(topology, meta))
        {
            throw new HeronException(FaultKind.NotFound, $"topology '{topology.Name}' has no container {container} in Nomad");
        }

        return (await client.AllocationsAsync(id, cancellationToken)).MaxBy(a => a.CreateIndex)?.ID
            ?? throw new HeronException(FaultKind.NotFound, $"container {container} has not been given a node yet");
    }

    /// <summary>The container's folder as seen from the allocation.</summary>
    private async Task<(string Allocation, string Root)> FolderAsync(
        TopologyIdentity topology, int container, CancellationToken cancellationToken)
    {
        var allocation = await AllocationAsync(topology, container, cancellationToken);
        var job = await client.GetAsync(JobNames.Of(topology.Id, container), cancellationToken);
        var task = (job?["TaskGroups"] as JsonArray)?[0]?["Tasks"]?[0];
        var folder = task?["Env"]?[StartScript.WorkingDirectoryVariable]?.GetValue<string>();
        return AllocationFolder.Inside(folder, task?["Name"]?.GetValue<string>() ?? "") is { } root
            ? (allocation, root)
            : throw new OutOfReachException(
                $"container {container} runs in {folder ?? "its image"}, which Nomad does not show; while it runs its heron-shell does. "
                + $"Folders that Nomad shows begin with {AllocationFolder.Shared} in {NomadKeys.WorkingDirectory}");
    }

    /// <summary>Down from a folder to another, through folders only.</summary>
    private async Task<string> WalkAsync(
        string allocation, string root, IReadOnlyList<string> segments, CancellationToken cancellationToken)
    {
        var folder = root;
        foreach (var segment in segments)
        {
            var entry = (await client.FilesAsync(allocation, folder, cancellationToken))?.FirstOrDefault(f => f.Name == segment);
            if (entry is not { IsDir: true } || !entry.FileMode.StartsWith('d'))
            {
                throw new HeronException(FaultKind.NotFound, $"there is no folder {segment} in {folder}");
            }

            folder += "/" + segment;
        }

        return folder;
    }

    /// <summary>Go writes L for a link where ls writes l.</summary>
    private static string Mode(string mode) => mode.StartsWith('L') ? "l" + mode[1..] : mode;
}
