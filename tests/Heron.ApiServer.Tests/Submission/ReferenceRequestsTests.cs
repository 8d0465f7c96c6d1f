// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>The answers of the Java server; better status codes are in docs/decisions/status-codes.md.</summary>
public sealed class ReferenceRequestsTests
{
    [Fact]
    public Task Missing_fields_are_named_as_the_reference_names_them() => SameAsync("missing-parameters");

    [Fact]
    public async Task An_unknown_cluster_is_refused_with_the_message_of_the_reference() => await SameAsync("unknown-cluster");

    [Fact]
    public async Task Another_cluster_role_or_environment_is_refused_with_the_message_of_the_reference()
    {
        var reference = ReferenceCase.Read("cluster-role-environ-mismatch");
        await using var server = await TestServer.StartAsync();
        foreach (var step in reference.Steps)
        {
            var response = await step.SendAsync(server.Client);
            Assert.Equal(step.Response!.Status == 500 ? HttpStatusCode.Conflict : HttpStatusCode.Created, response.StatusCode);
            Assert.Equal(step.Response.Body, await response.Content.ReadAsStringAsync());
        }

        Assert.Single(server.Scheduler.Calls);
    }

    [Theory]
    [InlineData("packing-errors")]
    [InlineData("packing-errors-ffd")]
    [InlineData("packing-errors-rcrr")]
    public async Task Plans_that_the_reference_refuses_are_refused_with_422_and_its_message(string name)
    {
        var reference = ReferenceCase.Read(name);
        await using var server = await TestServer.StartAsync(template: Heron.Testing.Fixtures.Reference("templates", reference.Template));
        foreach (var step in reference.Steps)
        {
            var response = await step.SendAsync(server.Client);
            if (step.Definition!.EndsWith("syn-parallelism-zero.defn", StringComparison.Ordinal))
            {
                // Deliberate difference: a component without instances is refused here as at an update.
                Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
                Assert.StartsWith("topology.component.parallelism of component ", await MessageAsync(response), StringComparison.Ordinal);
                continue;
            }

            if (step.Response!.Status == 201)
            {
                Assert.Equal(HttpStatusCode.Created, response.StatusCode);
                continue;
            }

            Assert.True(HttpStatusCode.UnprocessableEntity == response.StatusCode, step.Definition);

            // Where Java only quotes what it cannot read, this server names the setting behind it.
            var message = await MessageAsync(response);
            Assert.StartsWith(step.Response.Message!, message, StringComparison.Ordinal);
            Assert.Matches(@"^( \([a-z.]+( of component .+)? must be a( whole)? number\))?$", message![step.Response.Message!.Length..]);
        }
    }

    [Fact]
    public async Task A_second_submission_under_the_name_of_a_running_topology_answers_409_and_changes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var fields = Forms.Fields();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(server, Forms.Submission(fields))).StatusCode);
        var files = server.StoredFiles();

        fields["environment"] = "prod";
        var second = await SubmitAsync(server, Forms.Submission(fields));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("Topology 'exclamation' already exists", await MessageAsync(second));
        Assert.Equal(files, server.StoredFiles());
        Assert.Single(server.Scheduler.Calls);
    }

    [Fact]
    public async Task A_class_of_the_server_cannot_be_changed_by_a_form()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var step in ReferenceCase.Read("bad-classes").Steps.Where(s => s.Form.All(f => f.Key != "heron.class.packing.algorithm")))
        {
            // The form names the topology n0, n1, ...; the definition's name is what counts here.
            var fields = step.Form.ToDictionary();
            fields["name"] = "exclamation";
            var response = await SubmitAsync(server, Forms.Submission(fields));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            Assert.Contains("'no.such.Class'", await MessageAsync(response));
        }

        Assert.Empty(server.Scheduler.Calls);
    }

    [Fact]
    public async Task An_unknown_packing_class_is_refused_with_422_and_leaves_nothing_behind()
    {
        await using var server = await TestServer.StartAsync();
        var step = Assert.Single(
            ReferenceCase.Read("bad-classes").Steps, s => s.Form.Any(f => f.Key == "heron.class.packing.algorithm"));
        var fields = step.Form.ToDictionary();
        fields["name"] = "exclamation";
        var response = await SubmitAsync(server, Forms.Submission(fields));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("no.such.Class", await MessageAsync(response));
        Assert.Contains("no.such.Class", step.Response!.Message);
        Assert.Empty(server.Scheduler.Calls);
        Assert.Empty(server.StoredFiles());
        Assert.False(await server.State.IsTopologyRunningAsync("exclamation", CancellationToken.None));
    }

    private static async Task SameAsync(string name)
    {
        await using var server = await TestServer.StartAsync();
        foreach (var step in ReferenceCase.Read(name).Steps)
        {
            var response = await step.SendAsync(server.Client);
            Assert.Equal(step.Response!.Status, (int)response.StatusCode);
            Assert.Equal(step.Response.Body, await response.Content.ReadAsStringAsync());
            Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    private static Task<HttpResponseMessage> SubmitAsync(TestServer server, byte[] body) =>
        server.Client.PostAsync("/api/v1/topologies", Forms.Content(body));

    private static async Task<string> MessageAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString()!;
}
