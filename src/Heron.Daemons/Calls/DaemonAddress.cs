// SPDX-License-Identifier: Apache-2.0
namespace Heron.Daemons.Calls;

/// <summary>Where a daemon says that it is, and where it may be.</summary>
/// <param name="Daemon">How a person is told of it: <c>the topology manager of WordCount</c>.</param>
/// <param name="Host">As it was published by the daemon itself.</param>
/// <param name="Port">As it was published by the daemon itself.</param>
/// <param name="Allowed">Where the scheduler runs its container.</param>
public sealed record DaemonAddress(string Daemon, string Host, int Port, AllowedHosts Allowed);
