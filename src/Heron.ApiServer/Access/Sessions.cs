// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Heron.ApiServer.Access;

/// <summary>
/// Who is logged in to the pages. A session is a random number in a cookie, known here by its hash, for as long as the server runs and
/// at most <see cref="Lifetime"/>: nothing has to be signed, and logging out ends it for good. So does another password, of which one
/// that was stolen may be the reason.
/// </summary>
internal sealed class Sessions(TimeProvider time)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const string Cookie = "heron-apiserver-session";

    // Nobody has that many browsers, and nobody can end the sessions of all others by logging in again and again.
    private const int MaxSessionsOfUser = 100;
    private const int MaxSessions = 10_000;

    private readonly ConcurrentDictionary<string, (string User, string? Password, DateTimeOffset Ends)> _sessions = new(StringComparer.Ordinal);

    /// <summary>
    /// The cookie's name. Below a prefix it is the prefix's own: browsers send along the cookie of a server at the site's root, and of two
    /// with the same name only one is read.
    /// </summary>
    public static string CookieOf(HttpRequest request) => request.PathBase.HasValue
        ? $"{Cookie}-{Convert.ToHexStringLower(AccessToken.Hash(request.PathBase.ToUriComponent()).AsSpan(0, 4))}"
        : Cookie;

    /// <summary>Begins one.</summary>
    /// <param name="policy">The users file, as it is now.</param>
    /// <param name="user">Whose it is.</param>
    /// <returns>The cookie's value.</returns>
    public string Begin(AccessPolicy policy, string user)
    {
        var now = time.GetUtcNow();
        foreach (var old in _sessions.Where(s => s.Value.User == user).OrderByDescending(s => s.Value.Ends).Skip(MaxSessionsOfUser - 1))
        {
            _sessions.TryRemove(old);
        }

        if (_sessions.Count >= MaxSessions)
        {
            foreach (var session in _sessions.OrderBy(s => s.Value.Ends).Take(MaxSessions / 2))
            {
                _sessions.TryRemove(session);
            }
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _sessions[KeyOf(secret)] = (user, policy.PasswordHashOf(user), now + Lifetime);
        return secret;
    }

    /// <summary>Whose session a cookie is, or null.</summary>
    public User? UserOf(AccessPolicy policy, string secret) =>
        _sessions.TryGetValue(KeyOf(secret), out var session) && session.Ends > time.GetUtcNow() && session.Password == policy.PasswordHashOf(session.User)
            ? policy.ByName(session.User)
            : null;

    /// <summary>Ends one.</summary>
    public void End(string secret) => _sessions.TryRemove(KeyOf(secret), out _);

    private static string KeyOf(string secret) => Convert.ToHexString(AccessToken.Hash(secret));
}
