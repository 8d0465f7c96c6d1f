// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Heron.Core.Protobuf;
using Heron.StandInCore.State;
using Heron.StandInCore.Streams;

namespace Heron.StandInCore.Executor;

/// <summary>
/// One container: checks what it was started with, then keeps the topology manager alive (container 0) or a stream
/// manager (every other one) until it is told to end.
/// </summary>
internal static class ExecutorProcess
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var settings = StandInSettings.Read();
        var flags = ExecutorFlags.Parse(arguments, settings.IsOld);
        var definition = Topology.Parser.ParseFrom(await File.ReadAllBytesAsync(flags["topology-defn-file"]));
        if (definition.Id != flags["topology-id"] || definition.Name != flags["topology-name"])
        {
            throw new RefusedException($"the definition is of {definition.Id}, not of {flags["topology-id"]}");
        }

        using var record = new Record(settings, flags["topology-id"], flags.Shard);
        record.Started(arguments);
        await Console.Out.WriteAsync(InstanceLogs.Line($"[INFO] stand-in: container {flags["shard"]} of {flags["topology-name"]} starts"));

        using var ending = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        var location = StateLocation.Of(flags);
        try
        {
            await (flags.Shard == 0
                ? new ManagerKeeper(settings, flags, record).RunAsync(ending.Token)
                : new StreamManager(settings, flags, location).RunAsync(ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await Task.Delay(settings.StopDelayMs);
        }

        record.Note("stop");
        return 15;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ending.Cancel();
        }
    }
}
