// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Packages.Store;

/// <summary>How long packages stay, and how much room they may take.</summary>
public sealed record StoreSettings
{
    /// <summary>Ours: how long a package that no topology holds is kept: a number with <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>; 0 for ever. Default <c>7d</c>.</summary>
    public const string RetentionKey = "heron.apiserver.http.package.retention";

    /// <summary>Ours: the most bytes that all packages together may take; 0, the default, for no such limit.</summary>
    public const string MaxBytesKey = "heron.apiserver.http.package.store.max.bytes";

    /// <summary>Ours: the bytes of the disk that uploads leave free. Default 2 % of the disk, at most 256 MiB.</summary>
    public const string FreeBytesKey = "heron.apiserver.http.package.store.free.bytes";

    /// <summary>Ours: the inodes of the disk that uploads leave free. Default 2 %, at most 1,000.</summary>
    public const string FreeInodesKey = "heron.apiserver.http.package.store.free.inodes";

    /// <summary>All keys.</summary>
    public static IReadOnlyList<string> Keys { get; } = [RetentionKey, MaxBytesKey, FreeBytesKey, FreeInodesKey];

    /// <summary>Seven days.</summary>
    public static TimeSpan DefaultRetention { get; } = TimeSpan.FromDays(7);

    /// <summary>See <see cref="RetentionKey"/>; zero keeps packages for ever.</summary>
    public TimeSpan Retention { get; init; } = DefaultRetention;

    /// <summary>See <see cref="MaxBytesKey"/>.</summary>
    public long MaxBytes { get; init; }

    /// <summary>See <see cref="FreeBytesKey"/>; null for 2 % of the disk, but not more than 256 MiB.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>See <see cref="FreeInodesKey"/>; null for 2 % of them, but not more than 1,000.</summary>
    public long? FreeInodes { get; init; }

    /// <summary>
    /// What tells the state that this server's topologies are in from that of another server with the same folder, such as one for
    /// another cluster on this machine. Null when nobody said: then no package counts as that of a topology killed elsewhere.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: one cannot be used; the message names it.</exception>
    public static StoreSettings From(HeronConfig config) => new()
    {
        Retention = ConfigDuration.Read(config, RetentionKey, DefaultRetention, "to keep packages for ever"),
        MaxBytes = Amount(config, MaxBytesKey) ?? 0,
        FreeBytes = Amount(config, FreeBytesKey),
        FreeInodes = Amount(config, FreeInodesKey),
    };

    private static long? Amount(HeronConfig config, string key)
    {
        if (config.GetString(key) is not { Length: > 0 })
        {
            return null;
        }

        var amount = config.GetLong(key, 0);
        return amount >= 0
            ? amount
            : throw new HeronException(FaultKind.Invalid, $"the setting {key} is {amount}: it must not be negative");
    }
}
