// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Wire;

/// <summary>What Heron's command-line clients rely on beside the recorded requests.</summary>
public sealed class ClientExpectationsTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_topology_that_is_deployed_deactivated_is_stored_as_paused()
    {
        var definition = await File.ReadAllBytesAsync(Fixtures.File("heron-cli", "recorded", "defn", "ExclamationPaused.defn"));
        var name = TopologyReader.Parse(definition, "x").Name;

        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(Forms.Fields(name), definition)).StatusCode);

        Assert.Equal(TopologyState.Paused, (await _server.State.GetTopologyAsync(name, default))!.State);
    }

    [Fact]
    public async Task That_a_dry_run_is_asked_for_counts_not_with_which_value()
    {
        var response = await SubmitAsync(new(Forms.Fields()) { ["dry_run"] = "False" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("response").GetString()!);
        Assert.Empty(_server.Scheduler.Calls);
    }

    [Fact]
    public async Task The_text_of_a_dry_run_is_ASCII_which_every_terminal_can_show()
    {
        var response = await SubmitAsync(new(Forms.Fields()) { ["dry_run"] = "True" });

        var text = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("response").GetString()!;
        Assert.All(text, c => Assert.True(char.IsAscii(c), $"U+{(int)c:X4}"));
    }

    [Fact]
    public async Task The_cluster_is_compared_without_regard_to_letter_case() =>
        Assert.Equal(
            HttpStatusCode.Created, (await SubmitAsync(new(Forms.Fields()) { ["cluster"] = "NOMAD" })).StatusCode);

    [Fact]
    public async Task An_absent_environment_is_default_and_an_absent_user_is_the_role()
    {
        var fields = Forms.Fields();
        fields.Remove("environment");
        fields.Remove("user");

        Assert.Equal("/api/v1/topologies/nomad/ads/default/exclamation", (await SubmitAsync(fields)).Headers.Location!.ToString());

        Assert.Equal("ads", (await _server.State.GetExecutionStateAsync("exclamation", default))!.SubmissionUser);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verbose_garbage_collection_is_asked_of_the_executor_when_the_form_has_the_field(bool asked)
    {
        var fields = Forms.Fields();
        if (asked)
        {
            fields["verbose_gc"] = "True";
        }

        await SubmitAsync(fields);

        var flags = ExecutorCommand.Arguments(_server.Scheduler.Running.Values.Single(), 1).Select(a => a.Flag);
        Assert.Equal(asked, flags.Contains("verbose-gc"));
    }

    [Fact]
    public async Task A_topology_is_found_by_a_path_with_its_name_as_escaped_UTF8()
    {
        var definition = TopologyReader.Parse(Forms.Definition("exclamation"), "x");
        definition.Name = "größe+1";
        definition.Id = "größe+1-id";
        await SubmitAsync(Forms.Fields(definition.Name), definition.ToByteArray());

        var killed = await _server.SendRawAsync(System.Text.Encoding.ASCII.GetBytes(
            "DELETE /api/v1/topologies/nomad/ads/devel/gr%C3%B6%C3%9Fe+1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal("""{"message":"größe+1 killed"}""", killed.Text);
    }

    [Theory]
    [InlineData("POST", "/api/v1/topologies/")]
    [InlineData("DELETE", "/api/v1/topologies/nomad/ads/devel/exclamation/")]
    [InlineData("POST", "//api/v1/topologies")]
    public async Task No_path_is_redirected_because_clients_would_repeat_it_as_GET(string method, string path)
    {
        var response = await _server.SendRawAsync(System.Text.Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));

        Assert.InRange(response.Status, 400, 499);
        Assert.NotEmpty(response.Message);
    }

    private Task<HttpResponseMessage> SubmitAsync(Dictionary<string, string> fields, byte[]? definition = null) =>
        _server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields, definition)));
}
