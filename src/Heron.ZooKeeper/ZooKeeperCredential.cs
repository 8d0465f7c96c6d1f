// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.ZooKeeper;

/// <summary>
/// What a session proves on every connection it makes. Deliberately not a record: its text never shows the secret.
/// </summary>
public sealed class ZooKeeperCredential
{
    private ZooKeeperCredential(string scheme, byte[] secret)
    {
        Scheme = scheme;
        Secret = secret;
    }

    /// <summary>The authentication scheme, such as <c>digest</c>.</summary>
    public string Scheme { get; }

    internal byte[] Secret { get; }

    /// <summary>A user and a password.</summary>
    /// <param name="user">The user's name, without a colon.</param>
    /// <param name="password">The password.</param>
    /// <returns>A credential of scheme <c>digest</c>.</returns>
    /// <exception cref="ArgumentException">The name holds a colon or is empty.</exception>
    public static ZooKeeperCredential Digest(string user, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(password);
        return user.Contains(':', StringComparison.Ordinal)
            ? throw new ArgumentException("a digest user must not hold a colon", nameof(user))
            : new ZooKeeperCredential("digest", Encoding.UTF8.GetBytes($"{user}:{password}"));
    }

    /// <summary>A credential of any scheme that the servers know.</summary>
    /// <param name="scheme">The scheme's name.</param>
    /// <param name="secret">The bytes that the scheme wants.</param>
    /// <returns>The credential.</returns>
    public static ZooKeeperCredential Of(string scheme, ReadOnlyMemory<byte> secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        return new ZooKeeperCredential(scheme, secret.ToArray());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}:***";
}
