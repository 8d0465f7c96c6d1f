// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Heron.Testing.Access;
using Heron.Testing.Scheduling;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

/// <summary>A server with users: who gets in, what each may do, and that nothing was forgotten.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private const string Topologies = "/api/v1/topologies";
    private const string Words = Topologies + "/nomad/ads/devel/exclamation";

    private static readonly string ReaderToken = AccessToken.NewText();
    private static readonly string ExpiredToken = AccessToken.NewText();

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-users-").FullName;
    private TestServer _server = null!;

    private string Users => Path.Join(_folder, "users.yaml");

    private string Audit => Path.Join(_folder, "audit.jsonl");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(
            Users,
            $$"""
            users:
              alice:
                password: '{{BCrypt.Net.BCrypt.HashPassword("secret", 4)}}'
                rights: ['submit,operate nomad/ads/*/*']
              reader:
                rights: ['read *']
              other:
                password: '{{BCrypt.Net.BCrypt.HashPassword("secret", 4)}}'
                rights: ['submit,operate nomad/ops/*/*']
              nobody:
                password: '{{BCrypt.Net.BCrypt.HashPassword("secret", 4)}}'
            tokens:
              - { name: monitor, user: reader, sha256: '{{Convert.ToHexString(AccessToken.Hash(ReaderToken))}}' }
              - { name: old, user: alice, sha256: '{{Convert.ToHexString(AccessToken.Hash(ExpiredToken))}}', expires: 2020-01-01 }
            """);
        _server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = Users, AuditLog = Audit });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Scratch.Delete(_folder);
    }

    [Fact]
    public async Task Every_route_is_closed_to_whoever_is_nobody_wrong_late_or_weak_except_those_that_are_open_to_all()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await UseTimeAsync(time);
        var open = new List<string>();
        foreach (var (method, path) in Routes())
        {
            var status = await StatusAsync(method, path, null);
            if (status != HttpStatusCode.Unauthorized || path == LoginPages.Path)
            {
                open.Add($"{method} {path}");
                continue;
            }

            Assert.Equal((method, path, HttpStatusCode.Unauthorized), (method, path, await StatusAsync(method, path, Basic("alice", "wrong"))));
            Assert.Equal((method, path, HttpStatusCode.Unauthorized), (method, path, await StatusAsync(method, path, new("Bearer", ExpiredToken))));
            Assert.Equal((method, path, HttpStatusCode.Unauthorized), (method, path, await StatusAsync(method, path, new("Bearer", "heron_wrong"))));
            Assert.Equal((method, path, HttpStatusCode.Unauthorized), (method, path, await StatusAsync(method, path, new("Digest", "x"))));
            Assert.Equal((method, path, HttpStatusCode.Forbidden), (method, path, await StatusAsync(method, path, Basic("nobody", "secret"))));
            // The tracker answers every method, and only ever reads.
            if (method is not "GET" and not "HEAD" && !path.StartsWith("/tracker", StringComparison.Ordinal))
            {
                Assert.Equal((method, path, HttpStatusCode.Forbidden), (method, path, await StatusAsync(method, path, new("Bearer", ReaderToken))));
            }

            // So that nobody is slowed.
            time.Advance(TimeSpan.FromHours(1));
        }

        // Whom nobody knows is looked at for as long as a password of a user costs: once is enough.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("GET", Topologies, Basic("nobody-at-all", "secret")));

        Assert.Equal(
            [
                "GET /api/v1/file/download/a", "GET /api/v1/file/download/a/a", "GET /api/v1/file/download/a/core/a",
                "GET /api/v1/file/download/core/a", "GET /health/live", "GET /health/ready", "GET /login",
                "HEAD /api/v1/file/download/a", "HEAD /api/v1/file/download/a/a", "HEAD /api/v1/file/download/a/core/a",
                "HEAD /api/v1/file/download/core/a", "HEAD /health/live", "HEAD /health/ready",
                "POST /login", "POST /logout",
            ],
            open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_user_submits_lists_and_kills_within_the_own_rights_only()
    {
        Assert.Equal(HttpStatusCode.Created, await SubmitAsync("alice", "ads", "alice"));
        Assert.Equal(HttpStatusCode.Forbidden, await SubmitAsync("alice", "ops", "alice"));
        Assert.Equal(HttpStatusCode.Forbidden, await SubmitAsync("alice", "ads", "other"));

        Assert.Contains("exclamation", await ListAsync(Basic("alice", "secret")), StringComparison.Ordinal);
        Assert.Contains("exclamation", await ListAsync(new("Bearer", ReaderToken)), StringComparison.Ordinal);
        Assert.DoesNotContain("exclamation", await ListAsync(Basic("other", "secret")), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("DELETE", Words, Basic("other", "secret")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("DELETE", Words, Basic("alice", "secret")));
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/restart")]
    [InlineData("POST", "/activate")]
    [InlineData("POST", "/deactivate")]
    [InlineData("POST", "/update")]
    [InlineData("GET", "")]
    [InlineData("GET", "/config")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/events?follow=true")]
    [InlineData("GET", "/plan/packing")]
    [InlineData("GET", "/containers/1/logs")]
    [InlineData("GET", "/containers/1/files/")]
    public async Task Who_names_another_ones_topology_at_an_own_place_learns_nothing_of_it(string method, string path)
    {
        Assert.Equal(HttpStatusCode.Created, await SubmitAsync("alice", "ads", "alice"));
        using var request = new HttpRequestMessage(new HttpMethod(method), Words.Replace("/ads/", "/ops/", StringComparison.Ordinal) + path);
        request.Headers.Authorization = Basic("other", "secret");
        if (path == "/update")
        {
            request.Content = new FormUrlEncodedContent([new("component_parallelism", "word:2")]);
        }

        using var answer = await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("ads", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // Who may see it is told where it is.
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync("GET", Words.Replace("/devel/", "/prod/", StringComparison.Ordinal), Basic("alice", "secret")));
    }

    [Theory]
    [InlineData("/tracker/topologies/")]
    [InlineData("/tracker/0.17/topologies/")]
    public async Task What_runs_beside_an_instance_is_not_for_readers_by_whatever_route(string root)
    {
        foreach (var tool in new[] { "pid", "jstack", "jmap", "histo" })
        {
            var path = $"{root}{tool}?cluster=nomad&environ=devel&topology=exclamation&instance=container_1_word_1";
            Assert.Equal((tool, HttpStatusCode.Forbidden), (tool, await StatusAsync("GET", path, new("Bearer", ReaderToken))));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("GET", root.Replace("topologies/", "topologies", StringComparison.Ordinal), new("Bearer", ReaderToken)));
    }

    [Fact]
    public async Task A_refusal_says_in_words_what_is_missing()
    {
        var none = await SendAsync("GET", Topologies, null);
        Assert.Contains("--service-url=http://USER:PASSWORD@HOST:PORT", await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("Basic realm=", none.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var weak = await SendAsync("DELETE", Words, new("Bearer", ReaderToken));
        Assert.Contains("the user reader has not the right to operate nomad/ads/devel/exclamation", await weak.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_with_a_token_of_an_issuer_is_the_user_whom_it_names_and_one_with_a_wrong_token_is_told_why()
    {
        using var issuer = new TestIssuer();
        var keys = Path.Join(_folder, "keys.json");
        await File.WriteAllTextAsync(keys, issuer.Keys);
        await UseIssuerAsync(keys);
        var now = DateTimeOffset.UtcNow;

        var token = new AuthenticationHeaderValue("Bearer", issuer.Sign(TestIssuer.Claims(now)));
        Assert.Equal(HttpStatusCode.Created, await SubmitAsync(token, "ads", "alice"));
        Assert.Equal(HttpStatusCode.Forbidden, await SubmitAsync(token, "ops", "alice"));
        Assert.Equal(HttpStatusCode.Forbidden, await SubmitAsync(token, "ads", "other"));
        Assert.Contains("\"user\":\"alice\",\"login\":\"jwt\"", await ReadAsync(Audit), StringComparison.Ordinal);

        var late = await SendAsync("GET", Topologies, new("Bearer", issuer.Sign(TestIssuer.Claims(now, ("exp", now.AddHours(-1).ToUnixTimeSeconds())))));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Contains("the token expired at", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEmpty(late.Headers.WwwAuthenticate);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("GET", Topologies, new("Bearer", issuer.SignWithPublicKey(TestIssuer.Claims(now)))));
    }

    [Fact]
    public async Task While_an_issuer_is_away_its_callers_are_told_when_to_come_again_and_all_others_get_in()
    {
        using var issuer = new TestIssuer();
        await using var server = await KeyServer.StartAsync();
        server.Answer = () => Microsoft.AspNetCore.Http.Results.StatusCode(503);
        await UseIssuerAsync(server.Address.ToString());

        // More often than wrong tokens would be looked at.
        for (var i = 0; i < LoginThrottle.FreeTriesOfAddress + 5; i++)
        {
            var answer = await SendAsync("GET", Topologies, new("Bearer", issuer.Sign(TestIssuer.Claims(DateTimeOffset.UtcNow))));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            var said = await answer.Content.ReadAsStringAsync();
            Assert.Contains($"are not to be had from {server.Address.Host} now", said, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Address.Port.ToString(), said, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("GET", Topologies, Basic("alice", "secret")));
        Assert.Contains(_server.Log.Lines, l => l.Contains($"{server.Address} answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_passwords_are_slowed_and_the_right_one_is_not_looked_at_meanwhile()
    {
        await UseTimeAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        for (var i = 0; i < LoginThrottle.FreeTriesOfUser; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("GET", Topologies, Basic("alice", $"guess {i}")));
        }

        var slowed = await SendAsync("GET", Topologies, Basic("alice", "secret"));
        Assert.Equal(HttpStatusCode.TooManyRequests, slowed.StatusCode);
        Assert.NotNull(slowed.Headers.RetryAfter);
        Assert.Contains(_server.Log.Lines, l => l.StartsWith("login of 'alice' from 127.0.0.1 refused: user or password is wrong", StringComparison.Ordinal));
        Assert.DoesNotContain(_server.Log.Lines, l => l.Contains("guess", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_users_file_is_read_again_when_it_changes_and_a_broken_one_is_not_used()
    {
        var text = await File.ReadAllTextAsync(Users);
        await File.WriteAllTextAsync(Users, text + "\nnonsense: true\n");
        await Poll.UntilAsync(
            async () => await StatusAsync("GET", Topologies, Basic("alice", "secret")) == HttpStatusCode.OK
                && _server.Log.Lines.Any(l => l.StartsWith("the changed", StringComparison.Ordinal)),
            () => "the broken file is not noticed");
        await File.WriteAllTextAsync(Users, UsersFileEditor.AddUser(text, Users, "carol", "new", [], ["read *"]));
        await Poll.UntilAsync(
            async () => await StatusAsync("GET", Topologies, Basic("carol", "new")) is HttpStatusCode.OK or HttpStatusCode.TooManyRequests,
            () => "the new user does not get in");
    }

    [Fact]
    public async Task People_log_in_by_a_form_and_their_cookie_is_good_until_they_log_out()
    {
        var page = await SendAsync("GET", "/login?next=/topologies", null);
        Assert.Contains("name=\"password\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("user or password is wrong", await (await LogInAsync("wrong", "/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var login = await LogInAsync("secret", "//evil.example.org");
        Assert.Equal((HttpStatusCode.Redirect, "/"), (login.StatusCode, login.Headers.Location!.ToString()));
        login = await LogInAsync("secret", "/\t/evil.example.org");
        Assert.Equal((HttpStatusCode.Redirect, "/"), (login.StatusCode, login.Headers.Location!.ToString()));
        var header = login.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("samesite=strict", header, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", header, StringComparison.OrdinalIgnoreCase);
        var cookie = header.Split(';')[0];

        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", Topologies, null, ("Cookie", cookie))).StatusCode);
        var topologies = await (await SendAsync("GET", "/", null, ("Cookie", cookie))).Content.ReadAsStringAsync();
        Assert.Contains("<span>alice</span>", topologies, StringComparison.Ordinal);
        Assert.Contains("action=\"/logout\"", topologies, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await SendAsync("DELETE", Words, null, ("Cookie", cookie))).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await SendAsync("DELETE", Words, null, ("Cookie", cookie), ("Sec-Fetch-Site", "same-origin"))).StatusCode);
        await SendAsync("POST", "/logout", null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("GET", Topologies, null, ("Cookie", cookie))).StatusCode);
    }

    [Fact]
    public async Task Behind_a_prefix_people_are_led_below_it_and_their_cookie_goes_to_no_other_part_of_the_site()
    {
        await using var server = await TestServer.StartAsync(
            access: new AccessOptions { UsersFile = Users, AuditLog = Path.Join(_folder, "audit-of-prefix.jsonl") },
            trustedProxies: [IPNetwork.Parse("127.0.0.0/8")]);
        server.Client.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/heron");
        server.Client.DefaultRequestHeaders.Add("Accept", "text/html");

        using var asked = await server.Client.GetAsync("/history");
        Assert.Equal("/heron/login?next=%2Fheron%2Fhistory", asked.Headers.Location!.ToString());
        Assert.Contains("action=\"/heron/login\"", await server.Client.GetStringAsync("/login"), StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent([new("user", "alice"), new("password", "secret"), new("next", "/heron/history")]);
        using var login = await server.Client.PostAsync("/login", form);
        Assert.Equal("/heron/history", login.Headers.Location!.ToString());
        var cookie = login.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; path=/heron;", cookie, StringComparison.OrdinalIgnoreCase);

        // One of a server at the site's root, which browsers send behind it.
        var atRoot = (await LogInAsync("secret", "/")).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.NotEqual(atRoot.Split('=')[0], cookie.Split('=')[0]);
        using var listing = new HttpRequestMessage(HttpMethod.Get, Topologies);
        listing.Headers.Add("Cookie", $"{cookie.Split(';')[0]}; {atRoot}");
        using var listed = await server.Client.SendAsync(listing);
        Assert.Equal(HttpStatusCode.OK, listed.StatusCode);

        using var logout = new HttpRequestMessage(HttpMethod.Post, "/logout");
        logout.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var gone = await server.Client.SendAsync(logout);
        Assert.Equal("/heron/login", gone.Headers.Location!.ToString());
        Assert.Contains("; path=/heron;", gone.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_password_ends_the_sessions_that_the_old_one_began()
    {
        var cookie = (await LogInAsync("secret", "/")).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", Topologies, null, ("Cookie", cookie))).StatusCode);
        var text = await File.ReadAllTextAsync(Users);
        var old = text.Split('\n').First(l => l.Contains("password:", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Users, text.Replace(old, $"    password: '{BCrypt.Net.BCrypt.HashPassword("changed", 4)}'", StringComparison.Ordinal) + "\n");
        await Poll.UntilAsync(
            async () => (await SendAsync("GET", Topologies, null, ("Cookie", cookie))).StatusCode == HttpStatusCode.Unauthorized,
            () => "the session goes on");
    }

    [Theory]
    [InlineData("/api/v1/events?follow=true", "user")]
    [InlineData("/api/v1/events?follow=true", "password")]
    [InlineData(Words + "/events?follow=true", "right")]
    [InlineData(Words + "/containers/1/logs?follow=true", "right")]
    [InlineData(Words + "/containers/1/logs?follow=true", "user")]
    public async Task An_answer_that_goes_on_ends_when_its_reader_may_not_have_it_any_more(string path, string taken)
    {
        var (read, log, time) = await FollowAsync(path, text => taken switch
        {
            "user" => text.Replace("alice", "alina", StringComparison.Ordinal),
            "password" => text.Replace(
                text.Split('\n').First(l => l.Contains("password:", StringComparison.Ordinal)),
                $"    password: '{BCrypt.Net.BCrypt.HashPassword("changed", 4)}'",
                StringComparison.Ordinal),
            _ => text.Replace("nomad/ads/*/*", "nomad/ads/*/other", StringComparison.Ordinal),
        });

        _server.Scheduler.Contents[log] = "a line\nanother\n";
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("DELETE", Words, Basic("boss", "secret")));
        var all = await EndedAsync(read, time);
        Assert.DoesNotContain("another", all, StringComparison.Ordinal);
        Assert.DoesNotContain("killed", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_follows_all_events_sees_those_of_others_no_more_when_the_right_to_them_is_gone()
    {
        var (read, _, time) = await FollowAsync("/api/v1/events?follow=true", text => text.Replace("nomad/ads/*/*", "nomad/ads/*/other", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("DELETE", Words, Basic("boss", "secret")));
        _server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var all = await EndedAsync(read, time);
        Assert.DoesNotContain("killed", all, StringComparison.Ordinal);
    }

    private static async Task<string> EndedAsync(Task<string> read, FakeTimeProvider time)
    {
        await Poll.UntilAsync(
            () =>
            {
                time.Advance(StandingLogin.Every);
                return read.IsCompleted;
            },
            "the answer ends");
        return await read;
    }

    // Follows as alice, and changes the users file once that has begun.
    private async Task<(Task<string> Read, string Log, FakeTimeProvider Time)> FollowAsync(string path, Func<string, string> change)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await UseTimeAsync(time);
        Assert.Equal(HttpStatusCode.Created, await SubmitAsync("alice", "ads", "alice"));
        var log = $"{(await _server.SubmittedAsync()).Id}/1/stdout";
        _server.Scheduler.Contents[log] = "a line\n";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = Basic("alice", "secret");
        var answer = await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var begun = new StringBuilder();
        while (!begun.ToString().Contains(path.Contains("logs", StringComparison.Ordinal) ? "a line" : "submitted", StringComparison.Ordinal))
        {
            var line = await reader.ReadLineAsync().WaitAsync(Poll.Limit);
            begun.Append(line ?? throw new InvalidOperationException($"it ended with {begun}"));
        }

        var read = ReadToEndAsync();
        var boss = $"  boss:\n    password: '{BCrypt.Net.BCrypt.HashPassword("secret", 4)}'\n    rights: ['admin *']\n";
        await File.WriteAllTextAsync(Users, change(await File.ReadAllTextAsync(Users)).Replace("users:\n", "users:\n" + boss, StringComparison.Ordinal));
        time.Advance(StandingLogin.Every * 2.5);
        return (read, log, time);

        async Task<string> ReadToEndAsync()
        {
            using (reader)
            {
                return begun + await reader.ReadToEndAsync();
            }
        }
    }

    [Fact]
    public async Task A_form_with_an_endless_name_takes_no_more_of_the_audit_than_another_and_too_many_are_told_when_to_come_again()
    {
        HttpResponseMessage answer;
        var tries = 0;
        do
        {
            answer = await _server.Client.PostAsync("/login", new FormUrlEncodedContent([new("user", new string('x', 60_000)), new("password", "guess")]));
            Assert.InRange(++tries, 1, 10 * LoginThrottle.FreeTriesOfUser);
        }
        while (answer.StatusCode == HttpStatusCode.Unauthorized);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.InRange((await ReadAsync(Audit)).Length, 1, tries * 2000);
    }

    [Fact]
    public async Task Every_change_stands_in_the_audit_before_its_answer_goes_out()
    {
        await SubmitAsync("alice", "ads", "alice");
        await SubmitAsync("other", "ads", "other");
        await StatusAsync("DELETE", Words, Basic("alice", "secret"));
        await StatusAsync("DELETE", Words, null);

        var lines = (await ReadAsync(Audit)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(
            ["submit 201 alice nomad/ads/devel/exclamation", "submit 403 other nomad/ads/devel/exclamation", "kill 200 alice nomad/ads/devel/exclamation", "kill 401  nomad/ads/devel/exclamation"],
            lines.Select(l => $"{l.GetProperty("action")} {l.GetProperty("status")} {l.GetProperty("user")} {l.GetProperty("topology")}"));
        Assert.All(lines, l => Assert.Equal("127.0.0.1", l.GetProperty("address").GetString()));
        Assert.Contains("has not the right to submit", lines[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(4, AuditChain.Verify(Audit).Lines);
    }

    [Fact]
    public async Task The_audit_says_why_a_change_failed_whoever_is_to_blame()
    {
        _server.Scheduler.OnSchedule = (_, _) => throw FakeScheduler.Refusal;
        Assert.Equal(HttpStatusCode.BadGateway, await SubmitAsync("alice", "ads", "alice"));
        var line = System.Text.Json.JsonDocument.Parse((await ReadAsync(Audit)).Trim()).RootElement;
        Assert.Equal(502, line.GetProperty("status").GetInt32());
        Assert.Contains(FakeScheduler.Refusal.Message, line.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_the_request_id_and_a_plain_one_of_the_client_is_kept()
    {
        var given = await SendAsync("GET", Topologies, null, ("X-Request-Id", "proxy-7"));
        Assert.Equal("proxy-7", given.Headers.GetValues("X-Request-Id").Single());
        var forged = await SendAsync("GET", "/nowhere", null, ("X-Request-Id", "a b"));
        Assert.DoesNotContain(" ", forged.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private IEnumerable<(string Method, string Path)> Routes() =>
        from endpoint in _server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]
        select (method, string.Join('/', endpoint.RoutePattern.RawText!.Split('/').Select(s => !s.StartsWith('{') ? s : s.Contains(":int", StringComparison.Ordinal) ? "1" : "a")).TrimEnd('/'));

    private async Task<HttpStatusCode> StatusAsync(string method, string path, AuthenticationHeaderValue? login) =>
        (await SendAsync(method, path, login)).StatusCode;

    private async Task<string> ListAsync(AuthenticationHeaderValue login) =>
        await (await SendAsync("GET", Topologies, login)).Content.ReadAsStringAsync();

    private Task<HttpResponseMessage> LogInAsync(string password, string next) => _server.Client.PostAsync(
        "/login", new FormUrlEncodedContent([new("user", "alice"), new("password", password), new("next", next)]));

    private async Task UseTimeAsync(TimeProvider time)
    {
        await _server.DisposeAsync();
        _server = await TestServer.StartAsync(services => services.AddSingleton(time), access: new AccessOptions { UsersFile = Users });
    }

    private async Task UseIssuerAsync(string keys)
    {
        await File.AppendAllTextAsync(Users, $"\nissuers:\n  - {{ issuer: '{TestIssuer.Name}', audience: heron, keys: '{keys}' }}\n");
        await _server.DisposeAsync();
        _server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = Users, AuditLog = Audit });
    }

    private Task<HttpStatusCode> SubmitAsync(string login, string role, string user) => SubmitAsync(Basic(login, "secret"), role, user);

    private async Task<HttpStatusCode> SubmitAsync(AuthenticationHeaderValue login, string role, string user)
    {
        var fields = Support.Forms.Fields();
        fields["role"] = role;
        fields["user"] = user;
        using var request = new HttpRequestMessage(HttpMethod.Post, Topologies) { Content = Support.Forms.Content(Support.Forms.Submission(fields)) };
        request.Headers.Authorization = login;
        return (await _server.Client.SendAsync(request)).StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(
        string method, string path, AuthenticationHeaderValue? login, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = login;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _server.Client.SendAsync(request);
    }
}
