// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>Who a request comes from, as proved by it.</summary>
/// <param name="User">The user.</param>
/// <param name="Method"><c>password</c>, <c>token NAME</c>, <c>certificate</c>, <c>session</c> or <c>jwt</c>; for the audit.</param>
internal sealed record Login(User User, string Method)
{
    /// <summary>The method of people who logged in by the form.</summary>
    public const string Session = "session";

    /// <summary>The method of callers for whom an issuer of the users file vouches.</summary>
    public const string Issuer = "jwt";

    /// <summary>The users file by which a password was right; null when none was checked.</summary>
    public AccessPolicy? Policy { get; init; }

    /// <summary>Whoever asks a server without <c>--users</c>: everybody may do all.</summary>
    public static Login Anybody { get; } =
        new(new User("", [new Grant(Right.Admin, TopologyPattern.All)], []), "none");

    /// <summary>Whether nobody was asked who they are.</summary>
    public bool IsAnybody => ReferenceEquals(this, Anybody);

    /// <summary>Who sent a request: set by the access middleware before an endpoint runs.</summary>
    public static Login Of(HttpContext context) => context.Features.Get<Login>() ?? Anybody;
}
