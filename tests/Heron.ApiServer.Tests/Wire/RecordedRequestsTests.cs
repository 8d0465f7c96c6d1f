// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Wire;

/// <summary>Sends what the real CLI sent, byte for byte, and reads the answers as the CLI reads them.</summary>
public sealed class RecordedRequestsTests
{
    [Fact]
    public async Task The_recorded_life_of_a_topology_works()
    {
        await using var server = await TestServer.StartAsync();

        var submitted = await ReplayAsync(server, "submit-small.http");
        Assert.Equal(201, submitted.Status);
        Assert.Equal(
            """{"name":"ExclamationTopology","cluster":"nomad","role":"ops","environment":"dev"}""", submitted.Text);
        Assert.Equal("/api/v1/topologies/nomad/ops/dev/ExclamationTopology", submitted.Headers["Location"]);
        Assert.Equal(200, (await GetAsync(server, submitted.Headers["Location"])).Status);

        var again = await ReplayAsync(server, "submit-small.http");
        Assert.Equal(201, again.Status);
        Assert.Equal(submitted.Text, again.Text);

        Assert.Equal("""{"message":"ExclamationTopology restarted"}""", (await ReplayAsync(server, "restart.http")).Text);
        var missing = await ReplayAsync(server, "restart-container.http");
        Assert.Equal(404, missing.Status);
        Assert.Contains("3", missing.Message);

        var killed = await ReplayAsync(server, "kill.http");
        Assert.Equal(200, killed.Status);
        Assert.Equal("""{"message":"ExclamationTopology killed"}""", killed.Text);
        Assert.Empty(server.StoredFiles());
        Assert.Empty(server.Scheduler.Running);

        var unknown = await ReplayAsync(server, "kill.http");
        Assert.Equal(404, unknown.Status);
        Assert.Equal("Topology 'ExclamationTopology' does not exist", unknown.Message);
    }

    [Fact]
    public async Task With_user_and_password_in_the_service_url_the_CLI_works_and_prints_why_it_does_not()
    {
        var users = Path.GetTempFileName();
        var hash = BCrypt.Net.BCrypt.HashPassword("secret", 4);
        await File.WriteAllTextAsync(
            users,
            $"users:\n  alice: {{ password: '{hash}', rights: ['submit,operate nomad/ops/*/*'] }}\n  bob: {{ password: '{hash}', rights: ['read *'] }}\n");
        await using (var server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = users }))
        {
            Assert.Contains("this server wants to know who you are: with the CLI write", (await ReplayAsync(server, "submit-small.http")).Message, StringComparison.Ordinal);
            Assert.Equal(201, (await ReplayAsync(server, "submit-small.http", "alice:secret")).Status);
            Assert.Equal(200, (await ReplayAsync(server, "restart.http", "alice:secret")).Status);

            var weak = await ReplayAsync(server, "kill.http", "bob:secret");
            Assert.Equal((403, "the user bob has not the right to operate nomad/ops/dev/ExclamationTopology; an administrator of this server gives it in the users file"), (weak.Status, weak.Message));
            var wrong = await ReplayAsync(server, "kill.http", "alice:wrong");
            Assert.Equal((401, "user or password is wrong"), (wrong.Status, wrong.Message));
            Assert.Equal("""{"message":"ExclamationTopology killed"}""", (await ReplayAsync(server, "kill.http", "alice:secret")).Text);
        }

        File.Delete(users);
    }

    [Fact]
    public async Task A_recorded_dry_run_answers_200_with_the_text_and_changes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var response = await ReplayAsync(server, "submit-small-dryrun.http");
        Assert.Equal(200, response.Status);
        Assert.NotEmpty(response.Json.GetProperty("response").GetString()!);
        Assert.Empty(server.StoredFiles());
        Assert.Empty(await server.State.ListTopologiesAsync(default));
        Assert.Empty(server.Scheduler.Calls);
    }

    [Theory]
    [InlineData("activate.http")]
    [InlineData("deactivate.http")]
    [InlineData("kill.http")]
    [InlineData("kill-unicode-name.http")]
    [InlineData("restart.http")]
    [InlineData("restart-container.http")]
    [InlineData("update.http")]
    [InlineData("update-containers.http")]
    [InlineData("update-dryrun.http")]
    [InlineData("update-runtime.http")]
    public async Task Every_recorded_request_for_an_unknown_topology_answers_404_with_a_message(string file)
    {
        await using var server = await TestServer.StartAsync();
        var response = await ReplayAsync(server, file);
        Assert.Equal(404, response.Status);
        Assert.EndsWith("does not exist", response.Message);
        Assert.False(response.Closed);
    }

    [Fact]
    public async Task The_version_is_a_flat_object_of_build_settings_and_the_servers_own_version()
    {
        await using var server = await TestServer.StartAsync();
        var response = await ReplayAsync(server, "version.http");
        Assert.Equal(200, response.Status);
        var reference = ReferenceCase.Read("version").Steps.Single().Response!.Json;
        Assert.Equal(
            reference.EnumerateObject().Select(p => (p.Name, p.Value.GetString())),
            response.Json.EnumerateObject().Where(p => p.Name != "heron.apiserver.version").Select(p => (p.Name, p.Value.GetString())));
    }

    [Fact]
    public async Task An_empty_environment_works_for_every_command()
    {
        await using var server = await TestServer.StartAsync();
        var fields = Forms.Fields();
        fields["environment"] = "";
        var submitted = await server.SendRawAsync(Forms.RawPost("/api/v1/topologies", Forms.Submission(fields)));
        Assert.Equal(201, submitted.Status);
        Assert.Equal("", submitted.Json.GetProperty("environment").GetString());
        Assert.Equal("/api/v1/topologies/nomad/ads//exclamation", submitted.Headers["Location"]);

        var found = await GetAsync(server, submitted.Headers["Location"]);
        Assert.Equal(200, found.Status);
        Assert.Equal("", found.Json.GetProperty("environment").GetString());
        Assert.Equal(200, (await PostAsync(server, submitted.Headers["Location"] + "/restart")).Status);
        var killed = await RawHttp.SendAsync(
            server.Port, $"DELETE {submitted.Headers["Location"]} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(200, killed.Status);
    }

    [Fact]
    public async Task Fields_of_older_clients_come_in_any_order_and_in_extended_notation()
    {
        await using var server = await TestServer.StartAsync();
        var parts = new (string Head, byte[] Content)[]
        {
            ("name=\"topology\"; filename*=utf-8''mon%20jar%20%C3%A9.jar", "jar"u8.ToArray()),
            ("name=\"environment\"", "devel"u8.ToArray()),
            ("name=\"definition\"; filename=\"exclamation.defn\"", Forms.Definition("exclamation")),
            ("name*=utf-8''my%20key", "value"u8.ToArray()),
            ("name=\"cluster\"", "nomad"u8.ToArray()),
            ("name=\"role\"", "ads"u8.ToArray()),
            ("name=\"name\"", "exclamation"u8.ToArray()),
        };
        var body = new MemoryStream();
        foreach (var (head, content) in parts)
        {
            body.Write(Encoding.UTF8.GetBytes($"--{Forms.Boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n"));
            body.Write(content);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.UTF8.GetBytes($"--{Forms.Boundary}--\r\n"));
        var response = await server.SendRawAsync(Forms.RawPost("/api/v1/topologies", body.ToArray()));
        Assert.Equal(201, response.Status);
        var deployment = server.Scheduler.Running.Values.Single();
        Assert.Equal("mon_jar_é.jar", deployment.BinaryFileName);
        Assert.Equal("ads", (await server.State.GetExecutionStateAsync("exclamation", default))!.SubmissionUser);
    }

    private static async Task<RawResponse> ReplayAsync(TestServer server, string file) =>
        await server.SendRawAsync(await File.ReadAllBytesAsync(Fixtures.File("heron-cli", "recorded", file)));

    // As its HTTP library sends it: at once, and behind the headers that it has in any case.
    private static async Task<RawResponse> ReplayAsync(TestServer server, string file, string userAndPassword)
    {
        var request = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Fixtures.File("heron-cli", "recorded", file)));
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var login = "\r\nAuthorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword));
        return await server.SendRawAsync(Encoding.Latin1.GetBytes(request.Insert(end, login)));
    }

    private static Task<RawResponse> GetAsync(TestServer server, string path) =>
        RawHttp.SendAsync(server.Port, $"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");

    private static Task<RawResponse> PostAsync(TestServer server, string path) =>
        RawHttp.SendAsync(server.Port, $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
}
