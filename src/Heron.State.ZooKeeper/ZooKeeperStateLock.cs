// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>A lease of Curator's recipe; it is lost with the session.</summary>
internal sealed class ZooKeeperStateLock(SemaphoreMutexLease lease, long session, TimeProvider time) : IStateLock
{
    // Without an answer by then giving up goes on in the background; a request that ends need not wait for that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string? Owner => LockOwner.Of(session);

    /// <inheritdoc/>
    public CancellationToken Lost => lease.Lost;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await lease.DisposeAsync().AsTask().WaitAsync(Patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

/// <summary>
/// Names the holder of a lock: the session that owns its ephemeral nodes, and the boot of the machine that it was on. Sessions
/// are numbered by the servers and no number comes twice.
/// </summary>
/// <remarks>
/// That the holder is dead is known from a file lock that it no longer holds. Only the kernel that gave that lock can be believed,
/// hence the boot: on a folder shared between machines a holder that is merely cut off from it may live.
/// </remarks>
internal static class LockOwner
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private static readonly string? Boot = File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : null;

    /// <summary>The name; null when this machine cannot tell its boots apart.</summary>
    public static string? Of(long session) =>
        Boot is null ? null : string.Create(CultureInfo.InvariantCulture, $"{Boot}/{session:x16}");

    /// <summary>The session in a name that this machine has given since it was started; null for any other name.</summary>
    public static long? SessionIn(string owner) =>
        Boot is not null
        && owner.StartsWith(Boot + "/", StringComparison.Ordinal)
        && long.TryParse(owner.AsSpan(Boot.Length + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long session)
            ? session
            : null;
}
