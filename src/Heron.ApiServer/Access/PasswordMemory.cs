// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Heron.ApiServer.Access;

/// <summary>
/// Remembers for a few minutes which passwords were right, by a keyed hash: the CLI and curl send theirs with every request, and bcrypt
/// is slow on purpose. What is remembered is worth nothing once the users file was read again.
/// </summary>
internal sealed class PasswordMemory(TimeProvider time)
{
    private const int MaxEntries = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (AccessPolicy Policy, DateTimeOffset Until)> _right = new(StringComparer.Ordinal);

    /// <summary>The user of that name and password when that is remembered; otherwise null, and nobody knows yet.</summary>
    public User? Recall(AccessPolicy policy, string name, string password) =>
        _right.TryGetValue(KeyOf(name, password), out var known) && ReferenceEquals(known.Policy, policy) && known.Until > time.GetUtcNow()
            ? policy.ByName(name)
            : null;

    /// <summary>The user of that name and password, or null.</summary>
    public User? Find(AccessPolicy policy, string name, string password)
    {
        if (Recall(policy, name, password) is { } remembered)
        {
            return remembered;
        }

        var user = policy.ByPassword(name, password);
        if (user is not null)
        {
            if (_right.Count >= MaxEntries)
            {
                _right.Clear();
            }

            _right[KeyOf(name, password)] = (policy, time.GetUtcNow() + Kept);
        }

        return user;
    }

    private string KeyOf(string name, string password) => Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{name}\0{password}")));
}
