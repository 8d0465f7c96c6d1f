// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Observe;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.ApiServer.Tests.Client;

/// <summary>The program as a client of a running server: a process of its own against a real server.</summary>
public sealed class ClientCommandTests : IAsyncLifetime
{
    private const string Words = "/api/v1/topologies/nomad/ads/devel/exclamation";

    private TestServer _server = null!;

    private string Url => _server.Client.BaseAddress!.ToString();

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        using var submitted = await _server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()));
        Assert.True(submitted.IsSuccessStatusCode);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_list_is_a_table_for_people_and_the_servers_own_answer_for_programs()
    {
        var (exit, table, errors) = await RunAsync("list");

        Assert.Equal((0, ""), (exit, errors));
        var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("TOPOLOGY ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("nomad/ads/devel/exclamation  ", lines[1], StringComparison.Ordinal);
        Assert.Matches(@"^ \w", lines[1][(lines[0].IndexOf("STATE", StringComparison.Ordinal) - 1)..]);
        Assert.DoesNotContain('\e', table);
        Assert.Equal(1, JsonNode.Parse((await RunAsync("list", "--output", "json")).Output)!["total"]!.GetValue<int>());
        Assert.Single((await RunAsync("list", "--state", "LOST")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("exclamation")]
    [InlineData("nomad/ads/devel/exclamation")]
    public async Task A_topology_is_shown_with_its_containers_by_its_name_or_its_place(string topology)
    {
        var (exit, output, _) = await RunAsync("show", topology);

        Assert.Equal(0, exit);
        Assert.Matches("(?m)^TOPOLOGY +nomad/ads/devel/exclamation$", output);
        Assert.Matches("(?m)^user +alice$", output);
        Assert.Matches(@"(?m)^0 .* topology manager", output);
        Assert.Matches(@"(?m)^1 .* (word|exclaim1) \d", output);
        Assert.Equal("exclamation", JsonNode.Parse((await RunAsync("show", topology, "--output=json")).Output)!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_has_happened_is_told_in_order_and_goes_on_when_it_is_followed()
    {
        using var restarted = await _server.Client.PostAsync(Words + "/restart", null);

        var (exit, output, _) = await RunAsync("events", "exclamation", "--kind", "submitted,restarted");
        Assert.Equal(0, exit);
        Assert.Matches(@"^AT .*\n.*Z  submitted .*\n.*Z  restarted ", output);
        using var follower = ClientProcess.Start(null, "events", "--service-url", Url, "--follow", "--kind", "killed", "--output", "json");
        Assert.True((await _server.Client.DeleteAsync(Words)).IsSuccessStatusCode);
        Assert.Equal("killed", JsonNode.Parse(await follower.NextLineAsync())!["kind"]!.GetValue<string>());
        Assert.Contains("killed", (await RunAsync("events", "nomad/ads/devel/exclamation")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_shown_line_by_line_and_goes_on_when_it_is_followed()
    {
        await using var world = await ObservedTopology.StartAsync();
        var log = $"{(await world.IdentityAsync()).Id}/1/log-files/container_1_word_5.log.0";
        world.Scheduler.Contents[log] = "one\ntwo\n";
        var url = world.Client.BaseAddress!.ToString();

        string[] command = ["logs", "WordCount", "--instance", "container_1_word_5", "--service-url", url];
        Assert.Equal((0, "one\ntwo\n", ""), await ClientProcess.RunAsync(null, command));
        Assert.Equal((0, "two\n", ""), await ClientProcess.RunAsync(null, [.. command, "--tail", "1"]));
        using var follower = ClientProcess.Start(null, [.. command, "--follow", "--grep", "t"]);
        Assert.Equal("two", await follower.NextLineAsync());
        world.Scheduler.Contents[log] = "one\ntwo\nthree\n";
        Assert.Equal("three", await follower.NextLineAsync());
    }

    [Theory]
    [InlineData("events", "--follow")]
    [InlineData("logs", "WordCount", "--instance", "container_1_word_5", "--follow")]
    public async Task Whoever_follows_and_is_read_by_nobody_any_more_ends_by_itself(params string[] command)
    {
        await using var world = await ObservedTopology.StartAsync();
        world.Scheduler.Contents[$"{(await world.IdentityAsync()).Id}/1/log-files/container_1_word_5.log.0"] = "one\n";
        using var submitted = await world.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()));
        using var follower = ClientProcess.Start(null, [.. command, "--service-url", world.Client.BaseAddress!.ToString()]);
        await follower.NextLineAsync();

        // Nothing is written from now on.
        Assert.Equal((0, ""), await follower.LeaveAsync());
    }

    [Theory]
    [InlineData("unknown argument lsit: is list meant?", "lsit")]
    [InlineData("unknown argument --rolle: is --role meant?", "list", "--rolle", "ads")]
    [InlineData("--service-url is no address", "list", "--service-url", "nowhere")]
    [InlineData("TOPOLOGY is missing: write show TOPOLOGY", "show")]
    [InlineData("--limit has no value: write --limit N", "list", "--limit")]
    [InlineData("--stream out means nothing: write stdout or stderr", "logs", "WordCount", "--stream", "out")]
    [InlineData("--sort is there 2 times: write it once", "list", "--sort", "name", "--sort", "state")]
    [InlineData("--container two is no container: write its number", "logs", "WordCount", "--container", "two")]
    [InlineData("list is a command: write it first", "logs", "--tail", "1", "WordCount", "list")]
    [InlineData("a/b is no topology", "show", "a/b")]
    [InlineData("--output xml means nothing: write table or json", "list", "--output", "xml")]
    public async Task A_mistake_in_the_command_ends_with_2_and_what_is_meant(string message, params string[] command)
    {
        var (exit, output, errors) = await ClientProcess.RunAsync(null, command);

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith(message, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no topology exclamatoin: is exclamation meant?", "show", "exclamatoin")]
    [InlineData("there is no topology never; there is exclamation", "show", "never")]
    [InlineData("Topology 'never' does not exist", "show", "nomad/ads/devel/never")]
    [InlineData("Topology 'never' does not exist", "logs", "nomad/ads/devel/never", "--follow")]
    [InlineData("Topology 'never' does not exist, and nothing is noted of one; there is exclamation", "events", "nomad/ads/devel/never", "--follow")]
    [InlineData("(one that is gone is found as CLUSTER/ROLE/ENVIRONMENT/NAME)", "events", "never", "--follow")]
    [InlineData("state 'HAPPY' is none", "list", "--state", "happy")]
    public async Task What_the_server_refuses_or_has_not_ends_with_1_and_its_words(string message, params string[] command)
    {
        var (exit, output, errors) = await RunAsync(command);

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_it_ends_with_3_and_no_password_is_shown()
    {
        var (exit, output, errors) = await ClientProcess.RunAsync(null, "list", "--service-url", $"http://me:hunter2@127.0.0.1:{Loopback.FreePorts(1)[0]}");

        Assert.Equal((3, ""), (exit, output));
        Assert.Contains("cannot be reached: Connection refused", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_with_a_path_too_much_is_told() => Assert.Equal(
        (1, "", $"{Url}api/v1 is not where the API begins: give --service-url without a path, or with the one below which a proxy has the server\n"),
        await ClientProcess.RunAsync(null, "list", "--service-url", Url + "api/v1"));

    [Fact]
    public async Task Where_TLS_does_not_come_about_the_way_out_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("client-").FullName;
        var (certificate, key) = (Path.Join(folder, "server.pem"), Path.Join(folder, "server.key"));
        Tool.Run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=server", "-out", certificate, "-keyout", key)
            .Succeeded();
        await using (var server = await TestServer.StartAsync(access: new AccessOptions { TlsCertificate = certificate, TlsKey = key }))
        {
            await EndsWith("SSL_CERT_FILE=FILE in the environment trusts the authorities of a file (PEM)\n", $"https://127.0.0.1:{server.Port}");
            await EndsWith("a server that speaks TLS is asked by https://\n", $"http://127.0.0.1:{server.Port}");
            await EndsWith("a server that speaks no TLS is asked by http://\n", Url.Replace("http:", "https:", StringComparison.Ordinal));
        }

        Scratch.Delete(folder);

        static async Task EndsWith(string advice, string url)
        {
            var (exit, _, errors) = await ClientProcess.RunAsync(null, "list", "--service-url", url);
            Assert.Equal(3, exit);
            Assert.EndsWith("; " + advice, errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_asks_is_said_by_the_address_or_by_a_token()
    {
        var folder = Directory.CreateTempSubdirectory("client-").FullName;
        var token = AccessToken.NewText();
        await File.WriteAllTextAsync(
            Path.Join(folder, "users.yaml"),
            $$"""
            users:
              alice:
                password: '{{BCrypt.Net.BCrypt.HashPassword("se:cret", 4)}}'
                rights: ['read *']
            tokens:
              - { name: monitor, user: alice, sha256: '{{Convert.ToHexString(AccessToken.Hash(token))}}' }
            """);
        await using (var server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = Path.Join(folder, "users.yaml") }))
        {
            var host = server.Client.BaseAddress!.Authority;
            Assert.Equal(0, (await ClientProcess.RunAsync(null, "list", "--service-url", $"http://alice:se%3Acret@{host}")).Exit);
            Assert.Equal(0, (await ClientProcess.RunAsync(token, "list", "--service-url", $"http://{host}")).Exit);
            var (exit, _, errors) = await ClientProcess.RunAsync(null, "list", "--service-url", $"http://{host}");
            Assert.Equal(1, exit);
            Assert.Contains("this server wants to know who you are", errors, StringComparison.Ordinal);
        }

        Scratch.Delete(folder);
    }

    [Theory]
    [InlineData("list", "--state")]
    [InlineData("logs", "--follow")]
    public async Task Help_tells_the_options_of_a_command_and_the_exit_codes(string command, string option)
    {
        var (exit, output, _) = await ClientProcess.RunAsync(null, command, "--help");

        Assert.Equal(0, exit);
        Assert.All([option, "--service-url", "--output", "HERON_APISERVER_TOKEN"], text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    private Task<(int Exit, string Output, string Errors)> RunAsync(params string[] command) =>
        ClientProcess.RunAsync(null, [.. command, "--service-url", Url]);
}
