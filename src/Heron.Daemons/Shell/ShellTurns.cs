// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Shell;

/// <summary>
/// A shell has one thread: while it runs a tool it answers nobody. So one tool at a time is sent to it, and what else is
/// asked meanwhile is told what the shell does instead of finding out by silence.
/// </summary>
internal sealed class ShellTurns(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Host, int Port), Turn> _running = [];

    /// <summary>Waits until the shell runs no tool, for as long as a quick call may take.</summary>
    /// <exception cref="DaemonException"><see cref="FaultKind.Unavailable"/>: the tool went on.</exception>
    public async Task WaitAsync(DaemonAddress shell, CancellationToken cancellationToken)
    {
        while (RunningAt(shell) is { } other)
        {
            await WaitForAsync(other, shell, cancellationToken);
        }
    }

    /// <summary>The same, and takes the shell until the result is disposed.</summary>
    /// <exception cref="DaemonException">As for <see cref="WaitAsync"/>.</exception>
    public async Task<IDisposable> TakeAsync(DaemonAddress shell, string tool, CancellationToken cancellationToken)
    {
        var own = new Turn(this, (shell.Host, shell.Port), tool, time.GetUtcNow());
        while (TryBegin(own) is { } other)
        {
            await WaitForAsync(other, shell, cancellationToken);
        }

        return own;
    }

    private Turn? RunningAt(DaemonAddress shell)
    {
        lock (_lock)
        {
            return _running.GetValueOrDefault((shell.Host, shell.Port));
        }
    }

    private Turn? TryBegin(Turn own)
    {
        lock (_lock)
        {
            return _running.TryAdd(own.Shell, own) ? null : _running[own.Shell];
        }
    }

    private async Task WaitForAsync(Turn other, DaemonAddress shell, CancellationToken cancellationToken)
    {
        try
        {
            await other.Ended.WaitAsync(DaemonLimits.Quick.Silence, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            var since = (time.GetUtcNow() - other.Since).TotalSeconds;
            throw new DaemonException(
                FaultKind.Unavailable,
                shell.Daemon,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"has been busy with {other.Tool} for {since:0} s and does one thing at a time; try again in a moment"));
        }
    }

    private void End(Turn turn)
    {
        lock (_lock)
        {
            _running.Remove(turn.Shell);
        }
    }

    private sealed class Turn(ShellTurns turns, (string Host, int Port) shell, string tool, DateTimeOffset since) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public (string Host, int Port) Shell => shell;

        public string Tool => tool;

        public DateTimeOffset Since => since;

        public Task Ended => _ended.Task;

        public void Dispose()
        {
            turns.End(this);
            _ended.SetResult();
        }
    }
}
