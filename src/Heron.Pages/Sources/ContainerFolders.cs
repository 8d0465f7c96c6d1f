using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Pages.Views;

namespace Heron.Pages.Sources;

/// <summary>Files, logs and tools of containers.</summary>
internal sealed class ContainerFolders(IStateManager state, TimeProvider time, IContainerShells? shells = null)
{
    private const int TailBytes = 64 * 1024;

    // A shell that hangs is said after two seconds; jstack may take ten.
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(20);

    /// <summary>A folder of a container.</summary>
    public Task<Part<IReadOnlyList<FileView>>> ListAsync(string name, int container, string path, CancellationToken cancellationToken) =>
        PartAsync<IReadOnlyList<FileView>>(
            async (identity, asked, token) =>
            [
                .. (await asked.ListAsync(identity, container, path, token))
                    .OrderByDescending(f => f.Value.IsFolder).ThenBy(f => f.Key, StringComparer.Ordinal)
                    .Select(f => new FileView(f.Key, path.Length == 0 ? f.Key : $"{path}/{f.Key}", f.Value.IsFolder, f.Value.Line)),
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
        PartAsync(
            async (identity, asked, token) =>
            {
                var size = (await asked.ReadAsync(identity, container, path, -1, 0, token)).Offset;
                var from = Math.Max(0, size - TailBytes);
                var slice = await asked.ReadAsync(identity, container, path, from, TailBytes, token);
                return new LogView(path, Lines(slice.Data ?? "", from > 0, grep), from > 0);
            },
            name,
            ReadLimit,
            cancellationToken);

    /// <summary>Runs a tool on the JVM of an instance.</summary>
    public Task<Part<ToolView>> RunAsync(
        string name, int container, JvmTool tool, string instance, CancellationToken cancellationToken) => PartAsync(
        async (identity, asked, token) =>
        {
            var output = await asked.RunAsync(identity, container, tool, instance, token);
            return new ToolView(output.Command, output.Stdout + output.Stderr);
        },
        name,
        ToolLimit,
        cancellationToken);

    // The first line is most likely the end of one.
    private static string Lines(string text, bool isCut, string grep)
    {
        var whole = isCut && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[(end + 1)..] : text;
        return grep.Length == 0
            ? whole
            : string.Join('\n', whole.Split('\n').Where(l => l.Contains(grep, StringComparison.OrdinalIgnoreCase)));
    }

    private async Task<Part<T>> PartAsync<T>(
        Func<TopologyIdentity, IContainerShells, CancellationToken, Task<T>> ask,
        string name,
        TimeSpan limit,
        CancellationToken cancellationToken)
        where T : class => await Part.OfAsync<T>(
        "The container",
        async token =>
        {
            var execution = await state.GetExecutionStateAsync(name, token)
                ?? throw new HeronException(FaultKind.NotFound, $"There is no topology named {ShownText.Of(name)}");
            var identity = new TopologyIdentity(
                execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
            return await ask(
                identity,
                shells ?? throw new HeronException(FaultKind.Unavailable, "this server has no client for the shells of containers"),
                token);
        },
        limit,
        time,
        cancellationToken);
}
