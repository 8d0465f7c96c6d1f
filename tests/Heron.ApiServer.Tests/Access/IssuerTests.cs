// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Core.Parts;
using Heron.Operations;
using Heron.Testing;
using Heron.Testing.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

/// <summary>Tokens that somebody else signs: which are taken, and what the keys that they are checked with are worth.</summary>
public sealed class IssuerTests : IDisposable
{
    private static readonly TopologyAddress Words = new("nomad", "ads", "devel", "words");

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-issuer-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TestIssuer _issuer = new();
    private readonly IssuerKeys _keys;
    private readonly IssuerTokens _tokens;

    public IssuerTests()
    {
        _keys = new IssuerKeys(_time, NullLogger<IssuerKeys>.Instance);
        _tokens = new IssuerTokens(_keys, _time);
        File.WriteAllText(KeyFile, _issuer.Keys);
    }

    private string KeyFile => Path.Join(_folder, "keys.json");

    public void Dispose()
    {
        _keys.Dispose();
        _issuer.Dispose();
        Scratch.Delete(_folder);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    public async Task A_token_of_the_issuer_has_the_rights_of_its_user_and_of_the_groups_that_it_names(string algorithm)
    {
        var verdict = await JudgeAsync(Policy("keys.json"), _issuer.Sign(Claims(), algorithm));
        Assert.Equal(("alice", ""), (verdict.User?.Name, verdict.Problem));
        Assert.True(verdict.User!.May(Right.Submit, Words));
        Assert.True(verdict.User.May(Right.Read, Words with { Role = "other" }));
        Assert.False(verdict.User.May(Right.Submit, Words with { Role = "other" }));
    }

    [Fact]
    public async Task An_issuer_that_says_nothing_of_groups_gives_none_and_a_prefix_keeps_its_users_from_being_anothers()
    {
        var policy = Policy("keys.json", groups: "", more: "    prefix: 'ci:'\n");
        var user = (await JudgeAsync(policy, _issuer.Sign(Claims()))).User!;
        Assert.Equal(("ci:alice", 0), (user.Name, user.Grants.Count));
    }

    public static TheoryData<string, string> Worthless => new()
    {
        { "none", "signed by 'none'" },
        { "unsigned", "signature is wrong" },
        { "secret", "signed by 'HS256'" },
        { "other key", "signature is wrong" },
        { "changed", "signature is wrong" },
        { "key of another kind", "the issuer has no key 'nowhere' for RS256" },
        { "late", "the token expired at 2027-03-01 11:58:59Z" },
        { "endless", "the token never expires" },
        { "early", "the token is valid from 2027-03-01 12:01:01Z on" },
        { "for others", "its audience ('aud') is none of those" },
        { "for nobody", "its audience ('aud') is none of those" },
        { "stranger", "issuer 'https://evil.example.org/' is none of those" },
        { "of nobody", "must name its user in the claim 'sub'" },
        { "of two", "no readable JWT" },
        { "of a line", "must name its user in the claim 'sub'" },
        { "critical", "critical headers" },
        { "words", "no readable JWT" },
        { "half a letter", "no readable JWT" },
    };

    [Theory]
    [MemberData(nameof(Worthless))]
    public async Task A_token_that_is_worth_nothing_is_told_why(string kind, string why)
    {
        using var other = new TestIssuer();
        var good = _issuer.Sign(Claims());
        var token = kind switch
        {
            "none" => _issuer.Sign(Claims(), "none"),
            "unsigned" => good[..(good.LastIndexOf('.') + 1)],
            "secret" => _issuer.SignWithPublicKey(Claims()),
            "other key" => other.Sign(Claims()),
            "changed" => $"{good.Split('.')[0]}.{_issuer.Sign(Claims(("sub", "root"))).Split('.')[1]}.{good.Split('.')[2]}",
            "key of another kind" => _issuer.Sign(Claims(), key: "nowhere"),
            "late" => _issuer.Sign(Claims(("exp", _time.GetUtcNow().AddSeconds(-61).ToUnixTimeSeconds()))),
            "endless" => _issuer.Sign(Claims(("exp", null))),
            "early" => _issuer.Sign(Claims(("nbf", _time.GetUtcNow().AddSeconds(61).ToUnixTimeSeconds()))),
            "for others" => _issuer.Sign(Claims(("aud", new[] { "grafana", "heron2" }))),
            "for nobody" => _issuer.Sign(Claims(("aud", null))),
            "stranger" => _issuer.Sign(Claims(("iss", "https://evil.example.org/"))),
            "of nobody" => _issuer.Sign(Claims(("sub", null))),
            "of two" => _issuer.Sign(Claims(("sub", new[] { "alice", "root" }))),
            "of a line" => _issuer.Sign(Claims(("sub", "alice\nroot"))),
            "critical" => _issuer.Sign(Claims(), "RS256", null, ("crit", new[] { "b64" }), ("b64", false)),
            "half a letter" => TestIssuer.Unsigned("""{"alg":"RS256"}""", """{"iss":"\ud800","exp":1}"""),
            _ => "a.b.c",
        };
        var verdict = await JudgeAsync(Policy("keys.json"), token);
        Assert.Null(verdict.User);
        Assert.Contains(why, verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_may_be_off_by_as_much_as_the_file_says()
    {
        var token = _issuer.Sign(Claims(("exp", _time.GetUtcNow().AddSeconds(-100).ToUnixTimeSeconds())));
        Assert.Null((await JudgeAsync(Policy("keys.json"), token)).User);
        Assert.NotNull((await JudgeAsync(Policy("keys.json", more: "    clock-skew: 120\n"), token)).User);
    }

    [Fact]
    public async Task No_change_of_a_token_gets_in_and_none_breaks_anything()
    {
        var policy = Policy("keys.json");
        var random = new Random(20270301);
        var good = _issuer.Sign(Claims(), "ES256");
        Assert.NotNull((await JudgeAsync(policy, good)).User);
        for (var i = 0; i < 3000; i++)
        {
            // Anywhere, except for the last letter, which has bits that mean nothing.
            var text = good.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                text[random.Next(text.Length - 1)] = "ABCabc019-_.=\0é"[random.Next(15)];
            }

            var token = new string(text);
            Assert.True(token == good || (await JudgeAsync(policy, token)).User is null, token);
        }
    }

    [Fact]
    public async Task Keys_of_a_file_are_read_again_when_it_changes_and_a_broken_one_is_not_used()
    {
        using var next = new TestIssuer("-2");
        var policy = Policy("keys.json");
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
        Assert.Null((await JudgeAsync(policy, next.Sign(Claims()))).User);

        await File.WriteAllTextAsync(KeyFile, "nonsense");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        await File.WriteAllTextAsync(KeyFile, next.Keys);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull((await JudgeAsync(policy, next.Sign(Claims()))).User);
        Assert.Null((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
    }

    [Fact]
    public async Task A_key_that_an_issuer_has_newly_made_is_asked_for_at_once_and_made_up_ones_are_not_asked_for_again_and_again()
    {
        using var next = new TestIssuer("-2");
        await using var server = await KeyServer.StartAsync(_issuer.Keys);
        var policy = Policy(server.Address.ToString());
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        server.Answer = () => Results.Text(next.Keys);
        _time.Advance(RemoteKeys.Pause);
        Assert.NotNull((await JudgeAsync(policy, next.Sign(Claims()))).User);
        Assert.Null((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
        Assert.Equal(2, server.Questions);
        for (var i = 0; i < 50; i++)
        {
            Assert.Null((await JudgeAsync(policy, next.Sign(Claims(), key: $"made-up-{i}"))).User);
        }

        Assert.Equal(2, server.Questions);
    }

    [Fact]
    public async Task While_an_issuer_is_away_its_last_keys_hold_for_a_day()
    {
        await using var server = await KeyServer.StartAsync(_issuer.Keys);
        var policy = Policy(server.Address.ToString());
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        server.Answer = () => Results.StatusCode(500);
        _time.Advance(RemoteKeys.Held - TimeSpan.FromSeconds(1));
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
        await Poll.UntilAsync(() => server.Questions == 2, "the server asks whether the keys still are the issuer's");
        _time.Advance(RemoteKeys.Pause);
        var fault = await Assert.ThrowsAsync<BusyException>(() => JudgeAsync(policy, _issuer.Sign(Claims())));
        Assert.Contains("the keys of the token's issuer are not to be had", fault.Message, StringComparison.Ordinal);

        server.Answer = () => Results.Text(_issuer.Keys);
        _time.Advance(RemoteKeys.Pause);
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
    }

    [Fact]
    public async Task A_key_made_while_its_issuer_is_away_is_not_called_wrong()
    {
        using var next = new TestIssuer("-2");
        await using var server = await KeyServer.StartAsync(_issuer.Keys);
        var policy = Policy(server.Address.ToString());
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        server.Answer = () => Results.StatusCode(502);
        _time.Advance(RemoteKeys.Pause);
        for (var i = 0; i < 3; i++)
        {
            var fault = await Assert.ThrowsAsync<BusyException>(() => JudgeAsync(policy, next.Sign(Claims())));
            Assert.Contains("are not to be had from 127.0.0.1 now", fault.Message, StringComparison.Ordinal);
            Assert.Equal((FaultKind.Unavailable, RemoteKeys.Pause), (fault.Kind, fault.RetryAfter));
        }

        Assert.Equal(2, server.Questions);
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
        server.Answer = () => Results.Text(next.Keys);
        _time.Advance(RemoteKeys.Pause);
        Assert.NotNull((await JudgeAsync(policy, next.Sign(Claims()))).User);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_key_without_a_name_is_asked_for_when_a_signature_is_of_none_that_is_known(bool isNamedByIssuer)
    {
        using var next = new TestIssuer(isNamedByIssuer ? "-2" : "");
        await using var server = await KeyServer.StartAsync();
        string Given(TestIssuer issuer) => isNamedByIssuer ? issuer.Keys : issuer.Keys.Replace("\"kid\"", "\"name\"", StringComparison.Ordinal);
        string Signed(TestIssuer issuer) => isNamedByIssuer ? issuer.Sign(Claims(), "ES256", null, ("kid", "")) : issuer.Sign(Claims(), "ES256");
        server.Answer = () => Results.Text(Given(_issuer));
        var policy = Policy(server.Address.ToString());
        Assert.NotNull((await JudgeAsync(policy, Signed(_issuer))).User);

        server.Answer = () => Results.StatusCode(500);
        _time.Advance(RemoteKeys.Pause);
        await Assert.ThrowsAsync<BusyException>(() => JudgeAsync(policy, Signed(next)));
        Assert.NotNull((await JudgeAsync(policy, Signed(_issuer))).User);
        server.Answer = () => Results.Text(Given(next));
        _time.Advance(RemoteKeys.Pause);
        Assert.NotNull((await JudgeAsync(policy, Signed(next))).User);
        Assert.Contains("signature is wrong", (await JudgeAsync(policy, Signed(_issuer))).Problem, StringComparison.Ordinal);
        Assert.Equal(3, server.Questions);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_not_good_for_one_more_request_of_a_quiet_server()
    {
        using var next = new TestIssuer("-2");
        await using var server = await KeyServer.StartAsync(_issuer.Keys);
        var policy = Policy(server.Address.ToString());
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        server.Answer = () => Results.Text(next.Keys);
        _time.Advance(RemoteKeys.Fresh);
        Assert.Null((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);
        Assert.NotNull((await JudgeAsync(policy, next.Sign(Claims()))).User);
        Assert.Equal(2, server.Questions);
    }

    [Fact]
    public async Task An_issuer_that_has_become_silent_is_not_waited_for_by_every_caller()
    {
        await using var server = await KeyServer.StartAsync(_issuer.Keys);
        var policy = Policy(server.Address.ToString());
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        server.Answer = () => Results.StatusCode(500);
        _time.Advance(RemoteKeys.Fresh);
        Assert.NotNull((await JudgeAsync(policy, _issuer.Sign(Claims()))).User);

        using var silence = new ManualResetEventSlim();
        server.Answer = () =>
        {
            silence.Wait();
            return Results.Text("[]");
        };
        _time.Advance(RemoteKeys.Pause);
        try
        {
            var judging = JudgeAsync(policy, _issuer.Sign(Claims()));
            await Poll.UntilAsync(() => server.Questions == 3, "the issuer is asked again");
            Assert.False(judging.IsCompleted);
            await Poll.UntilAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromSeconds(1));
                    return judging.IsCompleted;
                },
                "the caller goes by the keys that hold");
            Assert.NotNull((await judging).User);
        }
        finally
        {
            silence.Set();
        }
    }

    [Fact]
    public async Task A_key_that_cannot_be_used_takes_nothing_from_the_others_and_is_told_once()
    {
        await using var server = await KeyServer.StartAsync();
        string[] broken = ["""{"kty":"RSA","kid":"short","n":"xQ","e":"AQAB"}""", """{"kty":"EC","kid":"curve","crv":"P-257","x":"AQ","y":"AQ"}""", "7", "null"];
        var keys = $$"""
            {"keys":[{{string.Join(',', broken)}},{{_issuer.Keys["{'keys':[".Length..]}}
            """;
        server.Answer = () => Results.Text(keys);
        await File.WriteAllTextAsync(KeyFile, keys);
        using var log = new CollectedLog();
        using var logging = new LoggerFactory([log]);
        using var told = new IssuerKeys(_time, logging.CreateLogger<IssuerKeys>());
        foreach (var place in new[] { "keys.json", server.Address.ToString() })
        {
            var policy = Policy(place);
            for (var i = 0; i < 3; i++)
            {
                Assert.NotNull((await new IssuerTokens(told, _time).JudgeAsync(policy, _issuer.Sign(Claims()), CancellationToken.None)).User);
                _time.Advance(RemoteKeys.Fresh / 10);
            }

            _time.Advance(RemoteKeys.Fresh);
            Assert.NotNull((await new IssuerTokens(told, _time).JudgeAsync(policy, _issuer.Sign(Claims()), CancellationToken.None)).User);
        }

        Assert.Equal(2, server.Questions);
        Assert.Equal(2, log.Lines.Count(l => l.Contains("key short cannot be used", StringComparison.Ordinal)
            && l.Contains("key curve cannot be used", StringComparison.Ordinal)
            && l.Contains("key 3 cannot be used: it is no JSON object", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("no keys")]
    [InlineData("none usable")]
    [InlineData("elsewhere")]
    [InlineData("too much")]
    [InlineData("no text")]
    [InlineData("private")]
    public async Task An_issuer_that_gives_no_usable_keys_is_as_one_that_is_away(string answer)
    {
        await using var server = await KeyServer.StartAsync();
        server.Answer = () => answer switch
        {
            "garbage" => Results.Text("<html>"),
            "no keys" => Results.Text("""{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"""),
            "none usable" => Results.Text("""{"keys":[{"kty":"RSA","kid":"short","n":"xQ","e":"AQAB"},7]}"""),
            "no text" => Results.Bytes([.. "{\"keys\":[{\"kty\":\"RSA"u8, 0xF3, .. "\",\"kid\":\"\\ud800\"}]}"u8]),
            "elsewhere" => Results.Redirect("/elsewhere"),
            "too much" => Results.Text(_issuer.Keys + new string(' ', 2 * 1024 * 1024)),
            _ => Results.Text(_issuer.Keys.Replace("\"kty\"", "\"d\":\"AQAB\",\"kty\"", StringComparison.Ordinal)),
        };
        var policy = Policy(server.Address.ToString());
        await Assert.ThrowsAsync<BusyException>(() => JudgeAsync(policy, _issuer.Sign(Claims())));
        Assert.Equal(1, server.Questions);
    }

    [Fact]
    public void Issuers_that_are_written_wrong_are_told_all_their_mistakes()
    {
        File.WriteAllText(Path.Join(_folder, "private.json"), _issuer.Keys.Replace("\"kty\"", "\"d\":\"AQAB\",\"kty\"", StringComparison.Ordinal));
        File.WriteAllText(Path.Join(_folder, "short.json"), """{"keys":[{"kty":"RSA","kid":"old","n":"xQ","e":"AQAB"},{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}]}""");
        var fault = Assert.Throws<HeronException>(() => UsersFile.Read(
            $$"""
            issuers:
              - { issuer: 'https://a/', audience: heron, keys: 'http://keys.example.org/' }
              - { issuer: 'https://b/', audience: heron, keys: nowhere.json, key: x }
              - { issuer: 'https://c/', audience: heron, keys: private.json, clock-skew: 1d }
              - { issuer: 'https://d/', audience: heron, keys: short.json }
              - { issuer: 'https://e/', keys: keys.json }
              - { issuer: 'https://f/', audience: heron, keys: keys.json }
              - { issuer: 'https://f/', audience: heron2, keys: keys.json }
              - nonsense
            """,
            Path.Join(_folder, "users.yaml")));
        string[] expected =
        [
            "issuer https://a/: keys must be a file, an https address", "issuer https://b/: 'key' means nothing", "nowhere.json cannot be read",
            "private.json: key rsa cannot be used: it is a private key", "issuer https://c/: clock-skew must be seconds, 600 at most",
            "short.json: key old cannot be used", "short.json: key 2 cannot be used", "issuer https://e/ must have issuer",
            "issuer https://f/ stands there twice", "an issuer must have issuer, audience and keys",
        ];
        Assert.All(expected, e => Assert.Contains(e, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_cannot_be_used_is_told_whenever_the_users_file_is_read_and_takes_nothing_from_the_others()
    {
        var users = Path.Join(_folder, "users.yaml");
        File.WriteAllText(users, $"issuers: [{{ issuer: '{TestIssuer.Name}', audience: heron, keys: keys.json }}]\n");
        Assert.Empty(PolicySource.Read(users).Warnings);

        const string Short = """{"keys":[{"kty":"RSA","kid":"short","n":"xQ","e":"AQAB"},7,""";
        File.WriteAllText(KeyFile, _issuer.Keys.Replace("{\"keys\":[", Short, StringComparison.Ordinal));
        var findings = new Findings();
        AccessServices.Check(new AccessOptions { UsersFile = users }, null, findings);
        Assert.Empty(findings.Mistakes);
        Assert.Equal(2, findings.Warnings.Count);
        Assert.StartsWith($"{users}: issuer {TestIssuer.Name}: {KeyFile}: key short cannot be used: ", findings.Warnings[0], StringComparison.Ordinal);

        using var log = new CollectedLog();
        using var logs = LoggerFactory.Create(l => l.AddProvider(log));
        var source = new PolicySource(users, _time, logs.CreateLogger<PolicySource>());
        Assert.Empty(log.Lines);
        Assert.Null(source.Reload());
        Assert.Equal(findings.Warnings, log.Lines);
        File.AppendAllText(users, "# changed\n");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(source.Current.ByIssuer(TestIssuer.Name));
        Assert.Equal([.. findings.Warnings, $"users and rights were read again from {users}", .. findings.Warnings], log.Lines);
    }

    private Dictionary<string, object?> Claims(params (string Name, object? Value)[] changes) => TestIssuer.Claims(_time.GetUtcNow(), changes);

    private Task<TokenVerdict> JudgeAsync(AccessPolicy policy, string token) => _tokens.JudgeAsync(policy, token, CancellationToken.None);

    private AccessPolicy Policy(string keys, string groups = "    groups: groups\n", string more = "") => UsersFile.Read(
        $"""
        groups:
          ads:
            rights: ['submit nomad/ads/*/*']
        users:
          alice:
            rights: ['read *']
        issuers:
          - issuer: {TestIssuer.Name}
            audience: [heron, heron-test]
            keys: '{keys}'

        """ + groups + more,
        Path.Join(_folder, "users.yaml"));
}
