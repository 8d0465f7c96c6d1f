// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Heron.ApiServer.Access;

/// <summary>
/// Who is logged in to the pages. A session is a random number in a cookie, known here by its hash, for as long as the server runs and
/// at most <see cref="Lifetime"/>: nothing has to be signed, and logging out ends it for good.
/// </summary>
internal sealed class Sessions(TimeProvider time)
{
    /// <summary>The cookie's name.</summary>
    public const string Cookie = "heron-apiserver-session";

    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int MaxSessions = 10_000;

    private readonly ConcurrentDictionary<string, (string User, DateTimeOffset Ends)> _sessions = new(StringComparer.Ordinal);

    /// <summary>Begins one.</summary>
    /// <returns>The cookie's value.</returns>
    public string Begin(string user)
    {
        var now = time.GetUtcNow();
        if (_sessions.Count >= MaxSessions)
        {
            foreach (var session in _sessions.OrderBy(s => s.Value.Ends).Take(MaxSessions / 2))
            {
                _sessions.TryRemove(session);
            }
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _sessions[KeyOf(secret)] = (user, now + Lifetime);
        return secret;
    }

    /// <summary>Whose session a cookie is, or null.</summary>
    public string? UserOf(string secret) =>
        _sessions.TryGetValue(KeyOf(secret), out var session) && session.Ends > time.GetUtcNow() ? session.User : null;

    /// <summary>Ends one.</summary>
    public void End(string secret) => _sessions.TryRemove(KeyOf(secret), out _);

    private static string KeyOf(string secret) => Convert.ToHexString(AccessToken.Hash(secret));
}
