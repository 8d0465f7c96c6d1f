// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Core.Topologies;
using Heron.Operations.Running;

namespace Heron.Operations.Observe.Files;

/// <summary>
/// Reads what containers have written: through the scheduler, and through the container's heron-shell where the scheduler does not
/// reach it or does not answer. Nothing outside of the container's folder is read either way.
/// </summary>
public sealed class ContainerReader(IStateManager state, IScheduler scheduler, IContainerShells shells, TimeProvider time)
{
    // A scheduler that hangs is tried again and again elsewhere; who looks at a log has the shell, or wants to know.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.8);

    // One that only takes its time has answered by then; the shell is asked beside it after that, so that one wait is enough.
    private static readonly TimeSpan Hesitation = TimeSpan.FromSeconds(0.6);

    /// <summary>The topology that an address names.</summary>
    /// <exception cref="HeronException">As for <see cref="RunningTopologies.FindAsync"/>.</exception>
    public async Task<TopologyIdentity> FindAsync(TopologyAddress address, CancellationToken cancellationToken)
    {
        var view = await state.View.GetAsync(cancellationToken);
        var execution = view.Find(address.Name)?.ExecutionState.Value
            ?? throw new HeronException(FaultKind.NotFound, $"Topology '{ShownText.Of(address.Name)}' does not exist, or its state is damaged");
        RunningTopologies.RequireSamePlace(execution, address);
        return new TopologyIdentity(
            execution.Cluster, execution.Role, execution.Environ, execution.TopologyName, execution.TopologyId);
    }

    /// <summary>The entries of a folder.</summary>
    /// <param name="topology">Whose container.</param>
    /// <param name="container">Its number.</param>
    /// <param name="path">From the container's folder; empty for itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.NotFound"/>: no such container or folder; <see cref="FaultKind.BadRequest"/>: a path that leads out;
    /// others: neither scheduler nor shell reaches it now.
    /// </exception>
    public Task<FolderListing> ListAsync(
        TopologyIdentity topology, int container, string path, CancellationToken cancellationToken)
    {
        var folder = string.Join('/', ContainerPath.Segments(path));
        return EitherAsync(
            container,
            async token => new FolderListing(
                folder, [.. (await scheduler.Files.ListAsync(topology, container, folder, token)).Select(FolderEntry.Of)]),
            async token => new FolderListing(
                folder,
                [
                    .. (await shells.ListAsync(topology, container, folder, token))
                        .Where(entry => entry.Key != "..")
                        .Select(entry => FolderEntry.Of(entry.Key, entry.Value))
                        .OrderBy(entry => entry.Name, StringComparer.Ordinal),
                ]),
            cancellationToken);
    }

    /// <summary>A file, or part of it. Its size is always told.</summary>
    /// <param name="topology">Whose container.</param>
    /// <param name="container">Its number.</param>
    /// <param name="path">From the container's folder.</param>
    /// <param name="offset">Where to begin; negative to count from the end.</param>
    /// <param name="length">Most bytes; null for all.</param>
    /// <param name="cancellationToken">Ends the wait, and the reading.</param>
    /// <inheritdoc cref="ListAsync" path="//exception"/>
    public Task<ContainerContent> OpenAsync(
        TopologyIdentity topology, int container, string path, long offset, long? length, CancellationToken cancellationToken)
    {
        var file = string.Join('/', ContainerPath.Segments(path));
        return EitherAsync(
            container,
            token => scheduler.Files.OpenAsync(topology, container, file, offset, length, token),
            async token =>
            {
                var size = (await shells.ReadAsync(topology, container, file, -1, 0, token)).Offset;
                var (begin, count) = ContainerPath.Range(offset, length, size);
                return new ContainerContent(new ShellStream(shells, topology, container, file, begin, count), begin, size);
            },
            cancellationToken);
    }

    /// <summary>What the container itself wrote to an output.</summary>
    /// <inheritdoc cref="IContainerFiles.OpenOutputAsync"/>
    public Task<ContainerContent> OpenOutputAsync(
        TopologyIdentity topology, int container, ContainerOutput output, long? tail, bool follow, CancellationToken cancellationToken) =>
        OfSchedulerAsync(token => scheduler.Files.OpenOutputAsync(topology, container, output, tail, follow, token), cancellationToken);

    /// <summary>The file in which a process of a container logs.</summary>
    /// <param name="container">The container's number.</param>
    /// <param name="process">An instance's id; null for the executor.</param>
    public static string LogOf(int container, string? process) => process is null
        ? string.Create(CultureInfo.InvariantCulture, $"heron-executor-{container}.stdout")
        : $"log-files/{process}.log.0";

    private async Task<T> EitherAsync<T>(
        int container, Func<CancellationToken, Task<T>> ofScheduler, Func<CancellationToken, Task<T>> ofShell, CancellationToken cancellationToken)
    {
        // Who is asked in vain is not asked any longer: what waits for a peer that hangs would take the connections of what does not.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await FirstAsync(
                token => OfSchedulerAsync(ofScheduler, token),
                token => InTimeAsync(
                    ofShell,
                    () => new HeronException(
                        FaultKind.Unavailable,
                        string.Create(
                            CultureInfo.InvariantCulture, $"The shell of container {container} gave no answer within {Patience.TotalSeconds} s")),
                    token),
                enough.Token);
        }
        finally
        {
            await enough.CancelAsync();
        }
    }

    private async Task<T> FirstAsync<T>(
        Func<CancellationToken, Task<T>> ofScheduler, Func<CancellationToken, Task<T>> ofShell, CancellationToken cancellationToken)
    {
        var asked = ofScheduler(cancellationToken);
        await Task.WhenAny(asked, Task.Delay(Hesitation, time, cancellationToken));
        if (asked.IsCompletedSuccessfully)
        {
            return await asked;
        }

        Task<T>? shell = null;
        try
        {
            if (!asked.IsCompleted)
            {
                shell = ofShell(cancellationToken);
                if (await Task.WhenAny(asked, shell) == shell && shell.IsCompletedSuccessfully)
                {
                    _ = ForgetAsync(asked);
                    return await shell;
                }
            }

            var answer = await asked;
            if (shell is not null)
            {
                _ = ForgetAsync(shell);
            }

            return answer;
        }
        catch (HeronException first) when (first is OutOfReachException or { Kind: FaultKind.Unavailable or FaultKind.BadGateway })
        {
            try
            {
                // Where the shell may be asked, the scheduler tells: one that hangs keeps this from ending as well.
                return await (shell ?? ofShell(cancellationToken));
            }
            catch (HeronException second) when (second.Kind is FaultKind.Unavailable or FaultKind.BadGateway)
            {
                // Where the shell is, only the scheduler tells: when that is away both say the same.
                var both = first.Message == second.Message ? first.Message : $"{PeerWords.Clause(first.Message)}. {second.Message}";
                throw first is SilentSchedulerException
                    ? new SilentSchedulerException(both, second)
                    : new HeronException(first is OutOfReachException ? second.Kind : first.Kind, both, second);
            }
        }
        catch (Exception) when (shell is not null)
        {
            _ = ForgetAsync(shell);
            throw;
        }
    }

    private Task<T> OfSchedulerAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        InTimeAsync(
            ask,
            () => new SilentSchedulerException(
                string.Create(CultureInfo.InvariantCulture, $"The scheduler gave no answer within {Patience.TotalSeconds} s"), null),
            cancellationToken);

    private async Task<T> InTimeAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<HeronException> silent, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // Whoever waits to the end disposes of it.
        var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
#pragma warning restore CA2000
        var asked = ask(enough.Token);
        await ((Task)asked).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (asked.IsCompleted)
        {
            enough.Dispose();
            return await asked;
        }

#pragma warning disable CA2025 // It disposes of it itself, at the end.
        _ = GiveUpAsync(asked, enough);
#pragma warning restore CA2025
        cancellationToken.ThrowIfCancellationRequested();
        throw silent();
    }

    private static async Task GiveUpAsync<T>(Task<T> asked, CancellationTokenSource enough)
    {
        using (enough)
        {
            await enough.CancelAsync();
            await ForgetAsync(asked);
        }
    }

    /// <summary>What comes too late is closed, and why it does not come is nobody's business any more.</summary>
    private static async Task ForgetAsync<T>(Task<T> late)
    {
        try
        {
            if (await late is IAsyncDisposable opened)
            {
                await opened.DisposeAsync();
            }
        }
        catch (Exception e) when (e is HeronException or OperationCanceledException or IOException or HttpRequestException)
        {
            // It was told already that there is no answer.
        }
    }
}
