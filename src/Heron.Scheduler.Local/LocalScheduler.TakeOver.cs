// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Local;

/// <content>At the start: being the only server of this state folder, and taking over what earlier ones left running.</content>
internal sealed partial class LocalScheduler
{
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var path = Path.Join(_state, "lock");
        var began = _time.GetTimestamp();
        var told = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (_time.GetElapsedTime(began) < LockLimit)
            {
                if (!told)
                {
                    LogWaiting(_state, LockLimit.TotalSeconds);
                    told = true;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
            }
            catch (IOException fault)
            {
                throw new HeronException(
                    FaultKind.Unavailable,
                    $"another server runs containers from {_state}; stop it or give this one a {LocalSchedulerSettings.StateDirectoryKey} of its own",
                    fault);
            }
        }
    }

    private async Task TakeOverAsync(TopologyFolder folder, string topologyId, CancellationToken cancellationToken)
    {
        if (folder.IsKilled)
        {
            LogKillFinished(topologyId, await EndEverythingAsync(folder, topologyId, null, cancellationToken));
        }
        else if (folder.ReadSpec() is not { } spec)
        {
            LogUnreadable(folder.Path);
        }
        else
        {
            await ResumeAsync(new RunningTopology(spec, folder), cancellationToken);
        }
    }

    private async Task ResumeAsync(RunningTopology topology, CancellationToken cancellationToken)
    {
        var id = topology.Spec.Topology.Id;
        var wanted = topology.Folder.Wanted();
        foreach (var dropped in topology.Folder.Started().Except(wanted))
        {
            await ProcessGroup.EndAsync(
                topology.Folder.ReadPid(dropped), ContainerMark.Of(topology.Folder, dropped), _settings.KillGrace, _time, cancellationToken);
            topology.Folder.Forget(dropped);
        }

        _topologies[id] = topology;
        foreach (var containerId in wanted)
        {
            var container = Supervise(topology, containerId);
            try
            {
                await container.BeginAsync(cancellationToken);
            }
            catch (HeronException fault)
            {
                LogResumeLater(id, containerId, fault.Message);
            }
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "another server runs containers from {Folder}; waiting up to {Seconds} s for it to end, and serving nothing until then")]
    private partial void LogWaiting(string folder, double seconds);

    [LoggerMessage(LogLevel.Information, "Finished killing topology {TopologyId}, which an earlier server began: {Containers} containers")]
    private partial void LogKillFinished(string topologyId, int containers);

    [LoggerMessage(LogLevel.Warning, "The folder {Path} describes no topology; kill the topology to remove it, or remove it by hand")]
    private partial void LogUnreadable(string path);

    [LoggerMessage(LogLevel.Error, "The containers in {Path} could not be taken over: {Reason}")]
    private partial void LogNotTakenOver(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "Container {ContainerId} of {TopologyId} does not start yet: {Reason}")]
    private partial void LogResumeLater(string topologyId, int containerId, string reason);
}
