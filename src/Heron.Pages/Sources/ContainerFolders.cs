// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Observe.Files;
using Heron.Pages.Text;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Files, logs and tools of containers.</summary>
internal sealed class ContainerFolders(IStateManager state, ContainerReader reader, IContainerShells shells, TimeProvider time)
{
    private const int TailBytes = 64 * 1024;

    // A node that hangs is said soon; jstack may take ten seconds.
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(20);

    /// <summary>What stands in an address for the two outputs of a container, beside the names of files.</summary>
    public static IReadOnlyDictionary<string, ContainerOutput> Outputs { get; } = new Dictionary<string, ContainerOutput>(StringComparer.Ordinal)
    {
        ["stdout"] = ContainerOutput.Out,
        ["stderr"] = ContainerOutput.Error,
    };

    /// <summary>A folder of a container.</summary>
    public Task<Part<IReadOnlyList<FileView>>> ListAsync(string name, int container, string path, CancellationToken cancellationToken) =>
        PartAsync<IReadOnlyList<FileView>>(
            async (identity, token) =>
            [
                .. (await reader.ListAsync(identity, container, path, token)).Entries
                    .OrderByDescending(f => f.Type == "folder").ThenBy(f => f.Name, StringComparer.Ordinal)
                    .Select(f => new FileView(f.Name, path.Length == 0 ? f.Name : $"{path}/{f.Name}", f.Type == "folder", About(f))),
            ],
            name,
            ReadLimit,
            cancellationToken);

    /// <summary>The end of a file.</summary>
    /// <param name="name">The topology.</param>
    /// <param name="container">Which container.</param>
    /// <param name="path">From its folder.</param>
    /// <param name="grep">What lines must hold, in any case; empty for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Part<LogView>> TailAsync(string name, int container, string path, string grep, CancellationToken cancellationToken) =>
        ReadAsync(
            name,
            path,
            grep,
            (identity, token) => reader.OpenAsync(identity, container, path, -TailBytes, TailBytes, token),
            cancellationToken);

    /// <summary>The end of an output.</summary>
    /// <param name="name">The topology.</param>
    /// <param name="container">Which container.</param>
    /// <param name="output">One of <see cref="Outputs"/>.</param>
    /// <param name="grep">What lines must hold, in any case; empty for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Part<LogView>> OutputAsync(string name, int container, string output, string grep, CancellationToken cancellationToken) =>
        ReadAsync(
            name,
            output,
            grep,
            (identity, token) => reader.OpenOutputAsync(identity, container, Outputs[output], TailBytes, follow: false, token),
            cancellationToken);

    /// <summary>Runs a tool on the JVM of an instance.</summary>
    public Task<Part<ToolView>> RunAsync(
        string name, int container, JvmTool tool, string instance, CancellationToken cancellationToken) => PartAsync(
        async (identity, token) =>
        {
            var output = await shells.RunAsync(identity, container, tool, instance, token);
            return new ToolView(output.Command, output.Stdout + output.Stderr);
        },
        name,
        ToolLimit,
        cancellationToken);

    private Task<Part<LogView>> ReadAsync(
        string name,
        string path,
        string grep,
        Func<TopologyIdentity, CancellationToken, Task<ContainerContent>> open,
        CancellationToken cancellationToken) => PartAsync(
        async (identity, token) =>
        {
            await using var content = await open(identity, token);
            var bytes = new byte[TailBytes];
            var length = await content.Stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token);
            return new LogView(path, Lines(Encoding.UTF8.GetString(bytes, 0, length), content.Offset > 0, grep), content.Offset > 0);
        },
        name,
        ReadLimit,
        cancellationToken);

    private static string About(FolderEntry entry) => (entry.Size, entry.Modified) switch
    {
        // Packages are made of files without a time.
        ({ } size, { } moment) when moment > DateTimeOffset.UnixEpoch => $"{Shown.Bytes(size)}, {Shown.Moment(moment)}",
        ({ } size, _) => Shown.Bytes(size),
        _ => "",
    };

    // The first line is most likely the end of one.
    private static string Lines(string text, bool isCut, string grep)
    {
        var whole = isCut && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[(end + 1)..] : text;
        return grep.Length == 0
            ? whole
            : string.Join('\n', whole.Split('\n').Where(l => l.Contains(grep, StringComparison.OrdinalIgnoreCase)));
    }

    private Task<Part<T>> PartAsync<T>(
        Func<TopologyIdentity, CancellationToken, Task<T>> ask, string name, TimeSpan limit, CancellationToken cancellationToken)
        where T : class => Part.OfAsync<T>(
        "The container",
        async token =>
        {
            var execution = await state.GetExecutionStateAsync(name, token)
                ?? throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(name)}' does not exist");
            return await ask(
                new TopologyIdentity(
                    execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId),
                token);
        },
        limit,
        time,
        cancellationToken);
}
