// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Access;

/// <summary>Which settings a submission may bring along, and who may bring all of them.</summary>
public sealed class OverrideTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-overrides-").FullName;

    public void Dispose() => Scratch.Delete(_folder);

    [Theory]
    [InlineData("heron.nomad.driver", "!heron.nomad.*")]
    [InlineData("heron.nomad.network.mode", "!heron.nomad.*")]
    [InlineData("heron.nomad.node.pool", "!heron.nomad.*")]
    [InlineData("heron.nomad.priority", "!heron.nomad.*")]
    [InlineData("heron.nomad.datacenters", "!heron.nomad.*")]
    [InlineData("heron.executor.docker.image", "!heron.executor.*")]
    [InlineData("heron.scheduler.local.working.directory", "!heron.scheduler.*")]
    [InlineData("heron.package.core.uri", "!heron.package.*")]
    [InlineData("heron.statemgr.connection.string", "!heron.statemgr.*")]
    public async Task A_setting_that_says_where_and_as_what_containers_run_is_refused_by_name_and_rule(string key, string rule)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await SubmitAsync(server, key, "1");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var message = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString();
        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Contains($"'{rule}' of heron.apiserver.overrides", message, StringComparison.Ordinal);
        Assert.Empty(server.Scheduler.Calls);
        Assert.Empty(server.StoredFiles());
    }

    [Theory]
    [InlineData("heron.resources.instance.ram", "536870912")]
    [InlineData("heron.class.packing.algorithm", "org.apache.heron.packing.binpacking.FirstFitDecreasingPacking")]
    [InlineData("heron.topology.metricscachemgr.mode", "cluster")]
    [InlineData("heron.streammgr.xormgr.rotatingmap.nbuckets", "3")]
    [InlineData("topology.worker.childopts", "-Xss1m")]
    [InlineData("my.own.setting", "x")]
    public async Task What_is_the_topologys_own_goes_on_without_login(string key, string value)
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, key, value)).StatusCode);
    }

    [Theory]
    [InlineData("default, heron.nomad.priority", "heron.nomad.priority", true)]
    [InlineData("default, heron.nomad.priority", "heron.nomad.driver", false)]
    [InlineData("*", "heron.nomad.driver", true)]
    [InlineData("heron.resources.*", "heron.resources.instance.ram", true)]
    [InlineData("heron.resources.*", "topology.debug", false)]
    [InlineData("default, !topology.debug", "topology.debug", false)]
    public void The_last_pattern_that_matches_counts_and_none_refuses(string patterns, string key, bool allowed)
    {
        var rules = OverrideRules.From(new HeronConfig([new(OverrideRules.Key, patterns)]));
        Assert.Equal(allowed, rules.RefusalOf(key) is null);
        var list = OverrideRules.From(new HeronConfig([new(OverrideRules.Key, patterns.Split(',').Cast<object?>().ToList())]));
        Assert.Equal(allowed, list.RefusalOf(key) is null);
    }

    [Fact]
    public async Task An_administrator_of_the_topology_may_set_what_others_may_not()
    {
        var users = Path.Join(_folder, "users.yaml");
        await File.WriteAllTextAsync(
            users,
            $$"""
            users:
              alice: { password: '{{BCrypt.Net.BCrypt.HashPassword("secret", 4)}}', rights: ['submit,operate *'] }
              boss: { password: '{{BCrypt.Net.BCrypt.HashPassword("secret", 4)}}', rights: ['admin nomad/ads/*/*', 'submit *'] }
            """);
        await using var server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = users });
        Assert.Equal(HttpStatusCode.Forbidden, (await SubmitAsync(server, "heron.nomad.priority", "60", "alice")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SubmitAsync(server, "heron.nomad.priority", "60", "boss", role: "ops")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, "heron.nomad.priority", "60", "boss")).StatusCode);
    }

    [Fact]
    public async Task An_update_is_held_to_the_same_rules()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.Client.PostAsync(
            "/api/v1/topologies/nomad/ads/devel/exclamation/update",
            new FormUrlEncodedContent([new("component_parallelism", "word:3"), new("heron.package.core.uri", "http://evil.example/core")]));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("heron.package.core.uri", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Every setting that anything here reads is in one row of the table, which says what the rules say.</summary>
    [Fact]
    public void The_table_in_the_documentation_is_complete_and_true()
    {
        var rows = File.ReadLines(Path.Join(Fixtures.RepositoryRoot, "docs", "security.md"))
            .SkipWhile(line => line != "## Settings of a submission")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (Patterns: cells[1].Split('`').Where((_, i) => i % 2 == 1).ToList(), Who: cells[2]))
            .ToList();
        Assert.NotEmpty(rows);
        var rules = OverrideRules.From(new HeronConfig([]));
        var wrong = new List<string>();
        foreach (var key in Keys())
        {
            var found = rows.Where(row => row.Patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, key, ignoreCase: false))).ToList();
            if (found.Count != 1)
            {
                wrong.Add($"{key} is in {found.Count} rows");
            }
            else if (found[0].Who switch
            {
                "administrators" => rules.RefusalOf(key) is null,
                "the submitter" or "nobody" or "the request" => rules.RefusalOf(key) is not null,
                _ => true,
            })
            {
                wrong.Add($"{key} is said to be set by {found[0].Who}");
            }
        }

        Assert.Empty(wrong);
        Assert.All(OverrideRules.Shipped.Skip(1), pattern => Assert.Contains(rows, row => row.Who == "administrators" && row.Patterns.Contains(pattern[1..])));
    }

    // Constants of the program, as those find them who tell of mistyped settings.
    private static SortedSet<string> Keys() => new(
        SettingNames.In(
            AppDomain.CurrentDomain.GetAssemblies().Concat([typeof(Heron.Scheduler.Nomad.NomadPart).Assembly, typeof(Heron.Packages.UploaderParts).Assembly])
                .Where(a => a.GetName().Name is { } name && name.StartsWith("Heron.", StringComparison.Ordinal)
                    && !name.EndsWith("Tests", StringComparison.Ordinal) && name != "Heron.Testing")
                .SelectMany(a => a.GetTypes())
                .Where(t => t.FullName?.StartsWith("Heron.Scheduler.Nomad.Jobs.", StringComparison.Ordinal) == false)),
        StringComparer.Ordinal);

    private static Task<HttpResponseMessage> SubmitAsync(TestServer server, string key, string value, string? login = null, string role = "ads")
    {
        var fields = Forms.Fields();
        fields["role"] = role;
        fields["user"] = login ?? "alice";
        fields[key] = value;
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = Forms.Content(Forms.Submission(fields)) };
        if (login is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:secret")));
        }

        return server.Client.SendAsync(request);
    }
}
