// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using Heron.Core.Protobuf;
using Heron.StandInCore.Executor;
using Heron.StandInCore.State;

namespace Heron.StandInCore.Streams;

/// <summary>
/// The stream manager of one container with its instances: follows the packing plan, registers with whatever topology
/// manager is there, and again when that one goes. While the plan has no place for the container it waits.
/// </summary>
internal sealed class StreamManager(StandInSettings settings, ExecutorFlags flags, StateLocation location)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _topology = flags["topology-name"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var state = location.Open(settings);
        while (true)
        {
            var plan = await state.GetPackingPlanAsync(_topology, cancellationToken);
            using var planHolds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var changed = state.WaitForOtherPlanAsync(_topology, plan, planHolds.Token);
            var registered = plan?.ContainerPlans.FirstOrDefault(c => c.Id == flags.Shard) is { } container
                ? LiveAsync(state, RegistrationOf(container), planHolds.Token)
                : Task.Delay(Timeout.Infinite, planHolds.Token);
            await Task.WhenAny(changed, registered);
            await planHolds.CancelAsync();
            await Task.WhenAll(EndAsync(changed), EndAsync(registered));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // That is how they end.
        }
    }

    private Task LiveAsync(ICoreState state, StreamRegistration registration, CancellationToken cancellationToken) => Task.WhenAll(
        StayRegisteredAsync(state, registration, cancellationToken),
        new InstanceLogs(settings, state, _topology, registration.Instances).WriteAsync(cancellationToken));

    private async Task StayRegisteredAsync(
        ICoreState state, StreamRegistration registration, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await state.GetLocationAsync(_topology, cancellationToken) is { } manager
                && manager.TopologyId == flags["topology-id"])
            {
                await RegisterAsync(manager, registration, cancellationToken);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task RegisterAsync(
        TManagerLocation manager, StreamRegistration registration, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(manager.Host, manager.ServerPort, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync(registration.ToBytes(), cancellationToken);

            // The manager never says anything; the end of the stream is its end.
            _ = await stream.ReadAsync(new byte[1], cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Not there (yet, or any more): looked up again after the pause.
        }
    }

    private StreamRegistration RegistrationOf(ContainerPlan container) => StreamRegistration.Of(
        container, flags.ServerPort, int.Parse(flags["shell-port"], CultureInfo.InvariantCulture));
}
