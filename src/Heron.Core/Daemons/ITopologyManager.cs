// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Daemons;

/// <summary>What can be asked of the managers of running topologies.</summary>
public interface ITopologyManager
{
    /// <summary>Lets the spouts run.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Unavailable"/>: no manager is registered or it does not answer;
    /// <see cref="FaultKind.BadGateway"/>: it refused.
    /// </exception>
    Task ActivateAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>Stops the spouts.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>.</exception>
    Task DeactivateAsync(string topologyName, CancellationToken cancellationToken);

    /// <summary>Changes settings of the running topology; they show in the physical plan as <c>KEY:runtime</c>.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>.</exception>
    Task UpdateRuntimeConfigAsync(
        string topologyName, IReadOnlyList<RuntimeSetting> settings, CancellationToken cancellationToken);
}
