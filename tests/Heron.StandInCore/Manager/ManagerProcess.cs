// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Heron.Core.Protobuf;
using Heron.StandInCore.State;

namespace Heron.StandInCore.Manager;

/// <summary>
/// heron-tmanager: publishes where it is, takes the registrations of stream managers, writes the physical plan when all of
/// the packing plan are there, and ends abruptly when the packing plan changes, as the real one does.
/// </summary>
internal static class ManagerProcess
{
    // What a shell says of a process that SIGSEGV has ended.
    private const int NullPointer = 139;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var settings = StandInSettings.Read();
        var flags = arguments.Select(a => a[2..].Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var name = flags["topology_name"];
        using var ending = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var state = StateLocation.Of(flags["zkhostportlist"], flags["zkroot"]).Open(settings);
        try
        {
            await RunAsync(state, settings, flags, name, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Told to end: the session is closed on the way out, and its ephemeral node goes.
        }

        return 0;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ending.Cancel();
        }
    }

    private static async Task RunAsync(
        ICoreState state,
        StandInSettings settings,
        Dictionary<string, string> flags,
        string name,
        CancellationToken cancellationToken)
    {
        var packing = await state.GetPackingPlanAsync(name, cancellationToken)
            ?? throw new RefusedException($"there is no packing plan of {name}");
        var location = new TManagerLocation
        {
            TopologyName = name,
            TopologyId = flags["topology_id"],
            Host = "127.0.0.1",
            ServerPort = Port(flags["server_port"]),
            ControllerPort = Port(flags["controller_port"]),
            StatsPort = Port(flags["stats_port"]),
        };
        var manager = new TopologyManager(state, packing, location.TopologyId)
        {
            PlanIsKnown = () => Task.Delay(settings.PlanDelayMs, CancellationToken.None),
        };
        using var streams = new StreamServer(manager, location.ServerPort);
        using var controller = new Controller(
            manager, location.ControllerPort, static () => Environment.Exit(NullPointer), static _ => { });
        using var stats = new Stats(manager, location.StatsPort);

        await state.PublishLocationAsync(location, cancellationToken);
        using var expiry = state.SessionEnded.Register(static () => Environment.Exit(1));
        await manager.LoadAsync(name, cancellationToken);
        var serving = Task.WhenAny(
            streams.RunAsync(cancellationToken), controller.RunAsync(cancellationToken), stats.RunAsync(cancellationToken));
        var changed = state.WaitForOtherPlanAsync(name, packing, cancellationToken);
        await await Task.WhenAny(serving, changed);
        cancellationToken.ThrowIfCancellationRequested();

        await state.DeletePhysicalPlanAsync(name, cancellationToken);
        Console.WriteLine("Packing plan changed. Deleting physical plan and restarting");

        // Without a word to ZooKeeper, like exit(1) in the real one: its session lives on until it times out.
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
