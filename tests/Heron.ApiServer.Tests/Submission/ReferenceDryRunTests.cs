// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>Dry runs of submit over HTTP, compared with every recorded answer.</summary>
public sealed class ReferenceDryRunTests
{
    // Lower case, which the CLI sends for updates, names the same format here; the Java server drew the table for it.
    private static readonly string[] OnlyHere = ["raw", "colored_table", "json"];

    public static TheoryData<string> Cases =>
    [
        .. Directory.GetFiles(Fixtures.Reference("apiserver", "dry-run"), "submit-*.json")
            .Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_dry_run_answers_as_the_reference_does(string name)
    {
        var reference = ReferenceCase.Read(name, "dry-run");
        await using var server = await TestServer.StartAsync(template: Fixtures.Reference("templates", reference.Template));
        foreach (var step in reference.Steps.Where(s => s.Operation == "submit"))
        {
            var response = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(step.Body()));
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            var format = step.Form.FirstOrDefault(f => f.Key == "dry_run_format").Value;
            if (step.Response!.Status != 200)
            {
                Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
                Assert.NotEmpty(body.GetProperty("message").GetString()!);
            }
            else if (OnlyHere.Contains(format))
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.NotEqual(step.Response.Json.GetProperty("response").GetString(), body.GetProperty("response").GetString());
            }
            else
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.Equal(step.Response.Json.GetProperty("response").GetString(), body.GetProperty("response").GetString());
            }
        }

        Assert.Empty(server.StoredFiles());
        Assert.Empty(await server.State.ListTopologiesAsync(default));
        Assert.Empty(server.Scheduler.Calls);
    }
}
