// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Answers;

namespace Heron.ApiServer.Access;

/// <summary>
/// Whether the sender of a request whose answer goes on and on still may have it: rights are taken away, tokens expire, people log out, and
/// what was right at the beginning would show what happens for as long as somebody keeps a connection.
/// </summary>
/// <param name="login">Who sent it, as found out at its beginning.</param>
/// <param name="judge">Finds that out again: null when the sender may no longer have it.</param>
/// <param name="time">The clock.</param>
internal sealed class StandingLogin(Login login, Func<Login, Task<Login?>> judge, TimeProvider time) : IAnswerCondition
{
    /// <summary>How often it is looked at, at most: as often as the users file is.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private long _judged = time.GetTimestamp();
    private volatile Login? _login = login;

    /// <summary>Of a request: set by the access middleware; null when nobody is asked who they are.</summary>
    public static StandingLogin? Of(HttpContext context) => context.Features.Get<IAnswerCondition>() as StandingLogin;

    /// <summary>The user, as the users file has it now; null when it may not have the answer any more.</summary>
    public User? User => _login?.User;

    /// <inheritdoc/>
    public async ValueTask<bool> HoldsAsync()
    {
        if (_login is { } known && time.GetElapsedTime(Interlocked.Read(ref _judged)) >= Every)
        {
            Interlocked.Exchange(ref _judged, time.GetTimestamp());
            _login = await judge(known);
        }

        return _login is not null;
    }
}
