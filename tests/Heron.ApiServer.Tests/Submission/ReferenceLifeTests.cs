// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>
/// Recorded requests of the Java server one after the other, with each deliberate difference beside it; the reasons are in
/// docs/decisions/status-codes.md.
/// </summary>
public sealed class ReferenceLifeTests
{
    /// <summary>
    /// Different on purpose: the same submission again is a success, a container that is not there is named, and a second kill
    /// says that there is nothing any more.
    /// </summary>
    [Fact]
    public async Task Submit_restart_and_kill_answer_as_recorded_or_better()
    {
        (int Status, string? Message)[] expected =
        [
            (201, null),
            (201, null),
            (200, "exclamation restarted"),
            (404, "Topology 'exclamation' has no container 5"),
            (200, "exclamation killed"),
            (404, "Topology 'exclamation' does not exist"),
            (404, "Topology 'exclamation' does not exist"),
            (404, "Topology 'exclamation' does not exist"),
        ];
        await using var server = await TestServer.StartAsync();
        var steps = ReferenceCase.Read("success-and-runtime").Steps;
        foreach (var (step, (status, message)) in steps.Zip(expected, (s, e) => (s, e)))
        {
            var response = await step.SendAsync(server.Client);
            Assert.Equal(status, (int)response.StatusCode);
            var body = await response.Content.ReadAsStringAsync();
            if (message is null)
            {
                Assert.Equal(steps[0].Response!.Body, body);
                Assert.EndsWith("/topologies/nomad/ads/devel/exclamation", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
                Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(response.Headers.Location)).StatusCode);
            }
            else
            {
                Assert.Equal(message, JsonDocument.Parse(body).RootElement.GetProperty("message").GetString());
            }

            if (step.Response!.Status == status)
            {
                Assert.Equal(step.Response.Body, body);
            }
        }

        Assert.Equal(expected.Length, steps.Count);
        Assert.Empty(server.StoredFiles());
    }

    /// <summary>Different on purpose: an empty role names no folder and no owner, so it is refused like an empty name.</summary>
    [Fact]
    public async Task Empty_name_and_role_are_refused_and_an_empty_environment_or_user_is_fine()
    {
        await using var server = await TestServer.StartAsync();
        var steps = ReferenceCase.Read("empty-values").Steps;
        await AssertAsync(steps[0], 422, "the form names the topology '', its definition 'exclamation'; they must be the same");
        await AssertAsync(steps[1], 422, "the role is empty");
        Assert.Empty(server.Scheduler.Calls);

        // Recorded after the topology with the empty role was running, which took the name.
        var third = await steps[2].SendAsync(server.Client);
        Assert.Equal(HttpStatusCode.Created, third.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(third.Headers.Location)).StatusCode);
        await AssertAsync(steps[3], 409, steps[3].Response!.Message!);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(third.Headers.Location)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await steps[3].SendAsync(server.Client)).StatusCode);

        async Task AssertAsync(ReferenceCase.Step step, int status, string message)
        {
            var response = await step.SendAsync(server.Client);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(message, await MessageAsync(response));
        }
    }

    [Fact]
    public async Task Version_is_as_recorded_and_has_the_servers_own_beside_it()
    {
        await using var server = await TestServer.StartAsync();
        var step = Assert.Single(ReferenceCase.Read("version").Steps);
        var response = await step.SendAsync(server.Client);
        Assert.Equal(step.Response!.Status, (int)response.StatusCode);
        var body = (await response.Content.ReadFromJsonAsync<Dictionary<string, string>>())!;
        Assert.True(body.Remove("heron.apiserver.version"));
        Assert.Equal(step.Response.Json.Deserialize<Dictionary<string, string>>(), body);
    }

    /// <summary>Different on purpose: without an address the HTTP uploader is this server's own store.</summary>
    [Fact]
    public async Task Http_uploader_without_an_address_stores_here()
    {
        await using var server = await TestServer.StartAsync();
        var step = Assert.Single(ReferenceCase.Read("uploader-not-set").Steps);
        Assert.Equal(500, step.Response!.Status);
        Assert.Equal(HttpStatusCode.Created, (await step.SendAsync(server.Client)).StatusCode);
        var uri = server.Scheduler.Running.Values.Single().Package.Uri;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri(uri).AbsolutePath)).StatusCode);
    }

    /// <summary>
    /// The recorded texts of exceptions stay in ours, which say more. Three recorded answers hold nothing but the name of a class.
    /// </summary>
    [Theory]
    [InlineData("bad-dotted-name.defn", "Invalid topology name. Topology name shouldn't have . or /: ")]
    [InlineData("bad-empty-name.defn", "Missing topology name")]
    [InlineData("bad-missing-stream.defn", "Invalid input stream ")]
    [InlineData("bad-truncated.defn", null)]
    [InlineData("bad-garbage.defn", null)]
    [InlineData("syn-parallelism-missing.defn", null)]
    [InlineData("syn-parallelism-nan.defn", null)]
    [InlineData("syn-rammap-malformed.defn", null)]
    [InlineData("syn-rammap-space.defn", null)]
    [InlineData("syn-rammap-nan.defn", null)]
    public async Task Refused_definitions_are_told_in_the_recorded_words_or_in_better_ones(string definition, string? better)
    {
        await using var server = await TestServer.StartAsync();
        var step = Assert.Single(ReferenceCase.Read("bad-definitions").Steps, s => s.Definition == definition);
        var response = await step.SendAsync(server.Client);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var recorded = step.Response!.Message!.Replace("{TOPOLOGY_DIR}/", "", StringComparison.Ordinal);
        Assert.Equal(better is not null, recorded == "org.apache.heron.api.exception.InvalidTopologyException");
        Assert.Contains(better ?? recorded, await MessageAsync(response), StringComparison.Ordinal);
        Assert.Empty(server.StoredFiles());
    }

    /// <summary>
    /// Different on purpose: the Java server registered the jobs first and failed then, or accepted a name that was not the
    /// definition's. Which name and which character is wrong is said, also when the form's and the definition's name agree.
    /// </summary>
    [Fact]
    public async Task Odd_names_are_refused_before_anything_happens_and_named()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var step in ReferenceCase.Read("odd-names").Steps)
        {
            var fields = step.Form.ToDictionary();
            var message = await RefusedAsync(fields);
            Assert.Contains($"'{fields["name"]}'", message, StringComparison.Ordinal);
            Assert.Contains("'exclamation'", message, StringComparison.Ordinal);

            var (field, wrong) = fields["role"] != "ads" ? ("role", "/") : ("environment", " ");
            if (fields[field] is not ("ads" or "devel"))
            {
                fields["name"] = "exclamation";
                message = await RefusedAsync(fields);
                Assert.StartsWith($"the {field} '{fields[field]}' contains '{wrong}'", message, StringComparison.Ordinal);
            }
        }

        Assert.Empty(server.Scheduler.Calls);
        Assert.Empty(server.StoredFiles());

        async Task<string> RefusedAsync(Dictionary<string, string> fields)
        {
            var response = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(fields)));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            return await MessageAsync(response);
        }
    }

    private static async Task<string> MessageAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString()!;
}
