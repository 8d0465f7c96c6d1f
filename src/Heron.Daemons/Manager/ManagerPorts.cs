// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Topologies;
using Heron.Daemons.Calls;

namespace Heron.Daemons.Manager;

/// <summary>Knocks at the ports of topology managers by opening a connection and closing it again.</summary>
public sealed class ManagerPorts(ContainerNodes nodes, TimeProvider time) : IManagerPorts
{
    private const int ManagerContainer = 0;

    /// <inheritdoc/>
    public async Task<PortAnswer> KnockAsync(
        TopologyIdentity topology, string host, int port, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(DaemonLimits.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var allowed = await nodes.OfAsync(topology, ManagerContainer, either.Token);
            var addresses = await allowed.ResolveAsync($"the topology manager of {topology.Name}", host, port, either.Token);
            using var socket = new Socket(addresses[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(addresses[0], port, either.Token);
            return PortAnswer.Open;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return PortAnswer.Refused;
        }
        catch (Exception e) when (e is SocketException or HeronException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return PortAnswer.Unknown;
        }
    }
}
