// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>Dry runs are sent while they are made.</summary>
public sealed class DryRunTests
{
    [Fact]
    public async Task A_text_that_is_made_piece_by_piece_comes_as_one_string()
    {
        await using var server = await TestServer.StartAsync();
        server.Scheduler.Description = ["\"Grüße\"\n\ud83d", "\ude00", "", new string('x', 100_000), "\t\u0001"];
        var response = await SendAsync(server);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(
            "\"Grüße\"\n\ud83d\ude00" + new string('x', 100_000) + "\t\u0001", body.RootElement.GetProperty("response").GetString());
        await Poll.UntilAsync(() => server.StoredFiles().Count == 0, "nothing of it is left");
    }

    [Fact]
    public async Task A_text_that_cannot_be_begun_is_an_error_as_any_and_nothing_of_it_is_sent()
    {
        await using var server = await TestServer.StartAsync();
        server.Scheduler.Description = Failing(1000);
        var response = await SendAsync(server);
        Assert.Equal(422, (int)response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("too long for a node", body.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public async Task An_answer_that_fails_while_it_is_sent_is_cut_off_and_is_never_half_of_one_and_half_of_another()
    {
        await using var server = await TestServer.StartAsync();
        server.Scheduler.Description = Failing(1_000_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = Forms.Content(Body()) };
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        var received = new MemoryStream();

        // No last chunk: no client takes it for all.
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(received));
        Assert.DoesNotContain("too long for a node", Encoding.UTF8.GetString(received.ToArray()), StringComparison.Ordinal);
        Assert.Equal(200, (int)(await server.Client.GetAsync("/api/v1/version")).StatusCode);
    }

    private static IEnumerable<string> Failing(int after)
    {
        yield return new string('x', after);
        throw new HeronException(FaultKind.Invalid, "too long for a node");
    }

    private static byte[] Body() => Forms.Submission(new Dictionary<string, string>(Forms.Fields())
    {
        ["dry_run"] = "True",
        ["dry_run_format"] = "nomad",
    });

    private static Task<HttpResponseMessage> SendAsync(TestServer server) =>
        server.Client.PostAsync("/api/v1/topologies", Forms.Content(Body()));
}
