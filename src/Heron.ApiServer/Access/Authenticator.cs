// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>Finds out who sent a request: by password, token, certificate or session, in this order; the first that is there counts.</summary>
internal sealed partial class Authenticator(
    PolicySource policies,
    PasswordMemory passwords,
    Sessions sessions,
    IssuerTokens issuerTokens,
    LoginThrottle throttle,
    TimeProvider time,
    ILogger<Authenticator> logger)
{
    // Tokens of issuers name all groups of a user.
    private const int MaxCredentialLength = 16 * 1024;

    /// <summary>Who sent it, or null when nothing says so.</summary>
    /// <exception cref="BadHttpRequestException">401: what it carries is wrong or has expired; 429: too many tries were wrong.</exception>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: a token's issuer does not give its keys.</exception>
    public async Task<Login?> AuthenticateAsync(HttpContext context)
    {
        var policy = policies.Current;
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var text = context.Request.Headers.Authorization.ToString();
        if (text.Length > 0)
        {
            return text.Length <= MaxCredentialLength && AuthenticationHeaderValue.TryParse(text, out var header)
                ? await ByHeaderAsync(policy, header, address, context.RequestAborted)
                : throw Refused(address, "", "the Authorization header cannot be read");
        }

        if (context.Connection.ClientCertificate is { } certificate)
        {
            return policy.BySubject(certificate.Subject) is { } user
                ? new Login(user, "certificate")
                : throw Refused(address, "", $"no user has the certificate's subject {certificate.Subject}");
        }

        return BySession(context);
    }

    /// <summary>Whether nothing says who sent a request.</summary>
    public bool IsUnknown(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0 && context.Connection.ClientCertificate is null && BySession(context) is null;

    /// <summary>Checks name and password, for the header of programs and the form of people alike.</summary>
    /// <exception cref="BadHttpRequestException">401 or 429.</exception>
    public async Task<Login> ByPasswordAsync(string name, string password, IPAddress address, CancellationToken cancellationToken)
    {
        RequireNoWait(address, name);
        var judged = policies.Current;
        var user = passwords.Recall(judged, name, password) ?? await throttle.InTurnAsync(
            address,
            () =>
            {
                RequireNoWait(address, name);

                // The turn may have come late, and the password may be another by now.
                judged = policies.Current;
                return passwords.Find(judged, name, password) ?? throw Refused(address, name, "user or password is wrong");
            },
            cancellationToken);
        throttle.Succeeded(address, name);
        return new Login(user, "password") { Policy = judged };
    }

    /// <summary>Begins a session for somebody whose password was right; it is worth nothing when that has been changed since.</summary>
    /// <returns>The cookie's value.</returns>
    public string BeginSession(Login login) =>
        sessions.Begin(login.Policy ?? throw new ArgumentException("no password was checked", nameof(login)), login.User.Name);

    /// <summary>
    /// Who sent a request that is still answered, by the same that proved it at its beginning; null when that proves nothing any more.
    /// It is no new try: nobody is slowed by it, nor keeps it off by wrong ones.
    /// </summary>
    public async Task<Login?> StillAsync(HttpContext context, Login login)
    {
        var policy = policies.Current;
        switch (login.Method)
        {
            case Login.Session:
                return BySession(context);
            case Login.Issuer:
                try
                {
                    return (await issuerTokens.JudgeAsync(policy, SecretOf(context), context.RequestAborted)).User is { } vouched
                        ? login with { User = vouched }
                        : null;
                }
                catch (HeronException)
                {
                    // The issuer is away.
                    return login;
                }
        }

        var user = login switch
        {
            { Policy: { } judged } => judged.PasswordHashOf(login.User.Name) == policy.PasswordHashOf(login.User.Name) ? policy.ByName(login.User.Name) : null,
            _ when context.Request.Headers.Authorization.Count > 0 => policy.ByToken(SecretOf(context)) is { } token && IsInTime(token) ? policy.ByName(token.User) : null,
            _ => context.Connection.ClientCertificate is { } certificate ? policy.BySubject(certificate.Subject) : null,
        };
        return user is null ? null : login with { User = user };
    }

    private static string SecretOf(HttpContext context) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization.ToString(), out var header) ? header.Parameter ?? "" : "";

    private Login? BySession(HttpContext context) =>
        context.Request.Cookies[Sessions.CookieOf(context.Request)] is { } cookie && sessions.UserOf(policies.Current, cookie) is { } user
            ? new Login(user, Login.Session)
            : null;

    private async Task<Login> ByHeaderAsync(
        AccessPolicy policy, AuthenticationHeaderValue header, IPAddress address, CancellationToken cancellationToken)
    {
        if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && UserAndPassword(header.Parameter) is var (name, password))
        {
            return await ByPasswordAsync(name, password, address, cancellationToken);
        }

        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && header.Parameter is { Length: > 0 } secret)
        {
            RequireNoWait(address, "");
            return IssuerTokens.IsOne(secret)
                ? await ByIssuerAsync(policy, secret, address, cancellationToken)
                : ByToken(policy, secret, address);
        }

        throw Refused(address, "", "the Authorization header must be 'Basic' with user and password, or 'Bearer' with a token");
    }

    private Login ByToken(AccessPolicy policy, string secret, IPAddress address)
    {
        if (policy.ByToken(secret) is not { } token)
        {
            throw Refused(address, "", "the token is not known");
        }

        return IsInTime(token)
            ? new Login(policy.ByName(token.User)!, $"token {token.Name}")
            : throw Refused(address, token.User, $"the token {token.Name} has expired");
    }

    private bool IsInTime(AccessToken token) => token.Expires is null || token.Expires > time.GetUtcNow();

    private async Task<Login> ByIssuerAsync(AccessPolicy policy, string token, IPAddress address, CancellationToken cancellationToken)
    {
        var verdict = await issuerTokens.JudgeAsync(policy, token, cancellationToken);
        return verdict.User is { } user ? new Login(user, Login.Issuer) : throw Refused(address, "", verdict.Problem);
    }

    private static (string Name, string Password)? UserAndPassword(string? parameter)
    {
        var bytes = new byte[parameter?.Length ?? 0];
        return parameter is not null && Convert.TryFromBase64String(parameter, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var name, var password]
            ? (name, password)
            : null;
    }

    private void RequireNoWait(IPAddress address, string user)
    {
        var wait = throttle.WaitOf(address, user);
        if (wait > TimeSpan.Zero)
        {
            Log.Slowed(logger, Printed(user), address, (int)wait.TotalSeconds);
            throw new TooManyTriesException(wait);
        }
    }

    private BadHttpRequestException Refused(IPAddress address, string user, string why)
    {
        throttle.Failed(address, user);
        Log.Refused(logger, Printed(user), address, why);
        return new BadHttpRequestException(why, StatusCodes.Status401Unauthorized);
    }

    private static string Printed(string user) => ShownText.Of(user);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "login of '{User}' from {Address} refused: {Why}")]
        public static partial void Refused(ILogger logger, string user, IPAddress address, string why);

        [LoggerMessage(Level = LogLevel.Warning, Message = "login of '{User}' from {Address} not looked at for {Seconds} s: too many failed")]
        public static partial void Slowed(ILogger logger, string user, IPAddress address, int seconds);
    }
}
