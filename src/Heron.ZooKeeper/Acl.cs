// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;

namespace Heron.ZooKeeper;

/// <summary>One entry of a node's access control list.</summary>
/// <param name="Permissions">What is allowed.</param>
/// <param name="Scheme">The scheme of the identity: <c>world</c>, <c>auth</c>, <c>digest</c>, <c>ip</c> or <c>x509</c>.</param>
/// <param name="Id">The identity in that scheme.</param>
public sealed record Acl(Permissions Permissions, string Scheme, string Id)
{
    /// <summary>Everybody may do everything: ZooKeeper's <c>OPEN_ACL_UNSAFE</c>.</summary>
    public static IReadOnlyList<Acl> Open { get; } = [new(Permissions.All, "world", "anyone")];

    /// <summary>Everybody may read: ZooKeeper's <c>READ_ACL_UNSAFE</c>.</summary>
    public static IReadOnlyList<Acl> ReadOnly { get; } = [new(Permissions.Read, "world", "anyone")];

    /// <summary>Those identities that this session has proved may do everything: ZooKeeper's <c>CREATOR_ALL_ACL</c>.</summary>
    public static IReadOnlyList<Acl> CreatorAll { get; } = [new(Permissions.All, "auth", "")];

    /// <summary>An entry for a user with a password, as ZooKeeper's <c>DigestAuthenticationProvider</c> writes it.</summary>
    /// <param name="permissions">What is allowed.</param>
    /// <param name="user">The user's name.</param>
    /// <param name="password">The user's password; only its digest goes into the entry.</param>
    /// <returns>An entry of scheme <c>digest</c>.</returns>
    public static Acl Digest(Permissions permissions, string user, string password)
    {
#pragma warning disable CA5350 // The server compares with SHA-1: the scheme is fixed by ZooKeeper.
        byte[] hash = SHA1.HashData(Encoding.UTF8.GetBytes($"{user}:{password}"));
#pragma warning restore CA5350
        return new Acl(permissions, "digest", $"{user}:{Convert.ToBase64String(hash)}");
    }
}

/// <summary>What an <see cref="Acl"/> entry allows. The values are those of the wire protocol.</summary>
[Flags]
public enum Permissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read the data and list the children.</summary>
    Read = 1,

    /// <summary>Set the data.</summary>
    Write = 2,

    /// <summary>Create children.</summary>
    Create = 4,

    /// <summary>Delete children.</summary>
    Delete = 8,

    /// <summary>Set the access control list.</summary>
    Admin = 16,

    /// <summary>All of the above.</summary>
    All = 31,
}
