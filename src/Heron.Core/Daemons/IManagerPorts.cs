// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Topologies;

namespace Heron.Core.Daemons;

/// <summary>What became of knocking at a port.</summary>
public enum PortAnswer
{
    /// <summary>Somebody listens; a process that was only frozen does, too.</summary>
    Open,

    /// <summary>The machine is there, and nobody listens.</summary>
    Refused,

    /// <summary>No answer, or an address that is not called: nothing is known.</summary>
    Unknown,
}

/// <summary>Looks whether processes of topology managers are there, without asking them for anything.</summary>
public interface IManagerPorts
{
    /// <summary>Knocks at the port of a topology manager's controller, where the scheduler runs its container.</summary>
    /// <param name="topology">Whose manager.</param>
    /// <param name="host">As the manager published it.</param>
    /// <param name="port">As the manager published it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<PortAnswer> KnockAsync(TopologyIdentity topology, string host, int port, CancellationToken cancellationToken);
}
