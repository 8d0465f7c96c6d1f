// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.ZooKeeper;

/// <summary>What a proxy does to one connection. All counts are bytes since the connection began.</summary>
public sealed record ProxyFault
{
    public static ProxyFault None { get; } = new();

    /// <summary>Cut the connection once this many bytes have gone to the server.</summary>
    public long CutUpAfter { get; init; } = long.MaxValue;

    /// <summary>Cut the connection once this many bytes have gone to the client.</summary>
    public long CutDownAfter { get; init; } = long.MaxValue;

    /// <summary>Let nothing more through to the client after this many bytes, and keep the connection open.</summary>
    public long SwallowDownAfter { get; init; } = long.MaxValue;

    /// <summary>Let nothing more through to the server after this many bytes, and keep the connection open.</summary>
    public long SwallowUpAfter { get; init; } = long.MaxValue;

    /// <summary>Turn every byte to the client into another one after this many bytes.</summary>
    public long GarbleDownAfter { get; init; } = long.MaxValue;

    /// <summary>Hold every portion back for this long, in both directions.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Close the connection at once.</summary>
    public bool Refuse { get; init; }
}
