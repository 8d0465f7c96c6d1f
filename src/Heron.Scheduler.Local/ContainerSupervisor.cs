// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Heron.Core;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Local;

/// <summary>
/// Keeps one container running: takes over the copy that runs already, starts it when none does, starts it again with
/// growing pauses when it dies. At no time are there two copies: what is left of one is ended before the next begins.
/// </summary>
internal sealed partial class ContainerSupervisor : IAsyncDisposable
{
    /// <summary>How often a container that is no child of this server is looked at.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly TopologySpec _spec;
    private readonly TopologyFolder _folder;
    private readonly ContainerLauncher _launcher;
    private readonly LocalSchedulerSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _mark;
    private readonly string _name;
    private readonly ContainerChanges _changes;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _oneRestart = new(1, 1);
    private readonly Lock _lock = new();
    private TaskCompletionSource _nextStart = Signal();
    private TaskCompletionSource _wake = Signal();
    private ProcessIdentity? _current;
    private ContainerLife _life;
    private Task _loop = Task.CompletedTask;
    private bool _isDisposed;

    public ContainerSupervisor(
        TopologySpec spec,
        TopologyFolder folder,
        int containerId,
        ContainerLauncher launcher,
        LocalSchedulerSettings settings,
        ContainerChanges changes,
        TimeProvider time,
        ILogger logger)
    {
        _spec = spec;
        _folder = folder;
        ContainerId = containerId;
        _launcher = launcher;
        _settings = settings;
        _time = time;
        _logger = logger;
        _mark = ContainerMark.Of(folder, containerId);
        _name = string.Create(CultureInfo.InvariantCulture, $"{spec.Topology.Id}/{containerId}");
        _changes = changes;
        _current = folder.ReadPid(containerId);
        _life = folder.ReadLife(containerId);
    }

    /// <summary>Which container.</summary>
    public int ContainerId { get; }

    /// <summary>Begins to keep the container running; done when it runs.</summary>
    /// <exception cref="HeronException">It could not be started now; it is tried again until stopped.</exception>
    public Task BeginAsync(CancellationToken cancellationToken)
    {
        var started = _nextStart.Task;
        _loop = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
        return started.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the running copy completely, then starts the next at once; done when it runs.</summary>
    /// <exception cref="HeronException">It could not be started now; it is tried again until stopped.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _oneRestart.WaitAsync(cancellationToken);
        try
        {
            Task started;
            TaskCompletionSource wake;
            lock (_lock)
            {
                _nextStart = Signal();
                started = _nextStart.Task;
                wake = _wake;
            }

            // What somebody asks for is no failure of the container.
            SetLife(_ => ContainerLife.New);

            // Only the loop ends copies: from here, what is left of the old one could not be told from the new one.
            wake.TrySetResult();
            await started.WaitAsync(cancellationToken);
        }
        finally
        {
            _oneRestart.Release();
        }
    }

    /// <summary>Ends the container for good.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        await ProcessGroup.EndAsync(_current, _mark, _settings.KillGrace, _time, cancellationToken);
        _launcher.Release(_folder, ContainerId);
        Tell();
        LogEnded(_name);
        Failpoint.Reach($"container {ContainerId} is ended");
    }

    /// <summary>Lets go of the container; it goes on running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            await _stop.CancelAsync();
            await _loop;
            _stop.Dispose();
            _oneRestart.Dispose();
            _isDisposed = true;
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(CancellationToken stop)
    {
        var pause = _settings.MinBackoff;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var began = _time.GetTimestamp();
                await RunOnceAsync(stop);
                pause = _time.GetElapsedTime(began) >= _settings.Healthy ? _settings.MinBackoff : pause;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                // Whatever it is, the container must not stay down for ever because of it.
                LogNotStarted(_name, fault.Message);
                SetLife(life => life with { Fault = fault.Message });
                _nextStart.TrySetException(fault as HeronException
                    ?? new HeronException(FaultKind.Unavailable, $"the container {_name} cannot be started: {fault.Message}", fault));
            }

            try
            {
                pause = await PauseAsync(pause, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>From a running copy, taken over or started, to its complete end.</summary>
    private async Task RunOnceAsync(CancellationToken stop)
    {
        if (_current is { IsAlive: true } running)
        {
            _launcher.Adopt(_spec, _folder, ContainerId, running);
            LogTakenOver(_name, running.Pid);
            _nextStart.TrySetResult();
            if (await EndsUnaskedAsync(WaitForEndAsync(running, stop)))
            {
                LogDied(_name, running.Pid, "unknown");
                Died(new ContainerExit(null, null, false, _time.GetUtcNow()));
            }
        }
        else
        {
            // A copy may be running although it is not known here: its own children, or one whose file is lost.
            await ProcessGroup.EndAsync(_current, _mark, _settings.KillGrace, _time, stop);
            using var process = Start(stop);
            var end = process.WaitForExitAsync(stop);
            if (await EndsUnaskedAsync(end))
            {
                var exit = ExitOf(process.ExitCode);
                LogDied(_name, process.Id, exit.ToWords());
                Died(exit);
            }
            else
            {
                await ProcessGroup.EndAsync(_current, _mark, _settings.KillGrace, _time, stop);
                await end;
            }
        }

        await ProcessGroup.EndAsync(_current, _mark, _settings.KillGrace, _time, stop);
        if (_folder.ReadPid(ContainerId) is { IsAlive: true } other)
        {
            SetCurrent(other);
        }
    }

    /// <summary>As a shell tells it: 128 and more is the number of a signal.</summary>
    private ContainerExit ExitOf(int status) => status is > 128 and <= 128 + 64
        ? new ContainerExit(null, status - 128, false, _time.GetUtcNow())
        : new ContainerExit(status, null, false, _time.GetUtcNow());

    private void Died(ContainerExit exit) => SetLife(life => new ContainerLife(life.Restarts + 1, exit, null));

    private void SetLife(Func<ContainerLife, ContainerLife> change)
    {
        ContainerLife life;
        lock (_lock)
        {
            _life = life = change(_life);
        }

        _folder.WriteLife(ContainerId, life);
        Tell();
    }

    private void Tell() => _changes.Tell(new ContainerChange(_spec.Topology.Id, ContainerId));

    /// <summary>Waits for the end of a copy, or until a restart is asked for; false for the latter.</summary>
    private async Task<bool> EndsUnaskedAsync(Task end)
    {
        if (await Task.WhenAny(end, Woken()) != end)
        {
            return false;
        }

        await end;
        return true;
    }

    private Task Woken()
    {
        lock (_lock)
        {
            return _wake.Task;
        }
    }

    private Process Start(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        lock (_lock)
        {
            // What comes now is the restart that was asked for so far.
            _wake = Signal();
        }

        var process = _launcher.Start(_spec, _folder, ContainerId);
        SetCurrent(ProcessIdentity.Of(process.Id));
        LogStarted(_name, process.Id);
        Failpoint.Reach($"container {ContainerId} is started");
        _nextStart.TrySetResult();
        return process;
    }

    private void SetCurrent(ProcessIdentity? identity)
    {
        lock (_lock)
        {
            _current = identity;
        }

        Tell();
    }

    private async Task WaitForEndAsync(ProcessIdentity process, CancellationToken stop)
    {
        while (process.IsAlive)
        {
            await Task.Delay(Poll, _time, stop);
        }
    }

    /// <summary>Waits before the next start, unless a restart was asked for, and returns the next pause.</summary>
    private async Task<TimeSpan> PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        if (_current is { IsAlive: true })
        {
            return pause;
        }

        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = Woken();
        if (await Task.WhenAny(Task.Delay(pause, _time, cancelled.Token), woken) == woken)
        {
            await cancelled.CancelAsync();
            return _settings.MinBackoff;
        }

        stop.ThrowIfCancellationRequested();
        return TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, _settings.MaxBackoff.Ticks));
    }

    [LoggerMessage(LogLevel.Information, "Container {Container} runs as process {Pid}")]
    private partial void LogStarted(string container, int pid);

    [LoggerMessage(LogLevel.Information, "Took over container {Container}, process {Pid}, from an earlier server")]
    private partial void LogTakenOver(string container, int pid);

    [LoggerMessage(LogLevel.Warning, "Container {Container}, process {Pid}, ended with status {Status}")]
    private partial void LogDied(string container, int pid, string status);

    [LoggerMessage(LogLevel.Error, "Container {Container} cannot be started: {Reason}. It is tried again")]
    private partial void LogNotStarted(string container, string reason);

    [LoggerMessage(LogLevel.Information, "Container {Container} was ended")]
    private partial void LogEnded(string container);
}
