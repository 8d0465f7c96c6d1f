// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace Heron.StandInCore.Executor;

/// <summary>Starts the topology manager as a process of its own, and again whenever it ends.</summary>
internal sealed class ManagerKeeper(StandInSettings settings, ExecutorFlags flags, Record record)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var manager = Start();
            record.Note($"tmanager-start:{manager.Id.ToString(CultureInfo.InvariantCulture)}");
            try
            {
                await manager.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                using var terminator = Process.Start("/bin/kill", ["-TERM", manager.Id.ToString(CultureInfo.InvariantCulture)]);
                await manager.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
                throw;
            }

            record.Note($"tmanager-exit:{manager.ExitCode.ToString(CultureInfo.InvariantCulture)}");
            await Task.Delay(settings.RestartDelayMs, cancellationToken);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ManagerKeeper).Assembly.Location);
        }

        start.ArgumentList.Add("tmanager");
        foreach (var (flag, value) in new Dictionary<string, string>
        {
            ["topology_name"] = flags["topology-name"],
            ["topology_id"] = flags["topology-id"],
            ["zkhostportlist"] = flags["state-manager-connection"],
            ["zkroot"] = flags["state-manager-root"],
            ["server_port"] = flags.ServerPort.ToString(CultureInfo.InvariantCulture),
            ["controller_port"] = flags.ControllerPort.ToString(CultureInfo.InvariantCulture),
            ["stats_port"] = flags.StatsPort.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.ArgumentList.Add($"--{flag}={value}");
        }

        return Process.Start(start) ?? throw new InvalidOperationException("the topology manager did not start");
    }
}
