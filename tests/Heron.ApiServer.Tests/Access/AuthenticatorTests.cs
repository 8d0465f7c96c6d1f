// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Access;
using Heron.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

/// <summary>Passwords that are changed while somebody logs in.</summary>
public sealed class AuthenticatorTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1");

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-authenticator-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly LoginThrottle _throttle;
    private readonly Sessions _sessions;
    private readonly IssuerKeys _keys;
    private readonly PolicySource _policies;
    private readonly Authenticator _authenticator;

    public AuthenticatorTests()
    {
        SetPassword("old");
        _throttle = new LoginThrottle(_time);
        _sessions = new Sessions(_time);
        _keys = new IssuerKeys(_time, NullLogger<IssuerKeys>.Instance);
        _policies = new PolicySource(Users, _time, NullLogger<PolicySource>.Instance);
        _authenticator = new Authenticator(
            _policies, new PasswordMemory(_time), _sessions, new IssuerTokens(_keys, _time), _throttle, _time, NullLogger<Authenticator>.Instance);
    }

    private string Users => Path.Join(_folder, "users.yaml");

    public void Dispose()
    {
        _keys.Dispose();
        Scratch.Delete(_folder);
    }

    [Theory]
    [InlineData("old", false)]
    [InlineData("new", true)]
    public async Task A_try_that_waited_for_its_turn_is_judged_by_the_password_that_holds_then(string password, bool isRight)
    {
        using var looking = new ManualResetEventSlim();
        using var decided = new ManualResetEventSlim();
        var other = Task.Run(() => _throttle.InTurnAsync(
            Here,
            () =>
            {
                looking.Set();
                decided.Wait();
                return 0;
            },
            CancellationToken.None));
        looking.Wait();
        var login = _authenticator.ByPasswordAsync("alice", password, Here, CancellationToken.None);
        SetPassword("new");
        Assert.Null(_policies.Reload());
        decided.Set();
        await other;

        if (isRight)
        {
            Assert.Equal("alice", (await login).User.Name);
        }
        else
        {
            Assert.Equal(StatusCodes.Status401Unauthorized, (await Assert.ThrowsAsync<BadHttpRequestException>(() => login)).StatusCode);
        }
    }

    [Fact]
    public async Task A_session_that_an_old_password_begins_after_it_was_changed_is_worth_nothing()
    {
        var login = await _authenticator.ByPasswordAsync("alice", "old", Here, CancellationToken.None);
        Assert.NotNull(_sessions.UserOf(_policies.Current, _authenticator.BeginSession(login)));

        SetPassword("new");
        Assert.Null(_policies.Reload());
        Assert.Null(_sessions.UserOf(_policies.Current, _authenticator.BeginSession(login)));
    }

    private void SetPassword(string password) =>
        File.WriteAllText(Users, $"users:\n  alice:\n    password: '{BCrypt.Net.BCrypt.HashPassword(password, 4)}'\n");
}
