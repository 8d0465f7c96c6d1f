// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.ZooKeeper;

/// <summary>How to run a test server.</summary>
public sealed record ZooKeeperServerOptions
{
    /// <summary>The server's tick: session timeouts are at least two of it and checked once in it.</summary>
    public int TickMilliseconds { get; init; } = 200;

    /// <summary>Certificates for <c>secureClientPort</c>; none opens no such port.</summary>
    public TestCertificates? Tls { get; init; }

    public IReadOnlyList<string> JavaOptions { get; init; } = [];
}
