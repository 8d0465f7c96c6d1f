// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class UpdateEndpointTests
{
    [Fact]
    public async Task An_update_without_a_body_says_what_is_missing()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/words/update", null);

        Assert.Equal((422, "missing component_parallelism or runtime_config param"), await ReadAsync(answer));
    }

    [Fact]
    public async Task An_update_that_is_no_form_is_refused_with_415()
    {
        await using var server = await TestServer.StartAsync();
        using var json = new StringContent("{}", Encoding.UTF8, "application/json");

        using var answer = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/words/update", json);

        Assert.Equal(415, (await ReadAsync(answer)).Status);
    }

    [Fact]
    public async Task A_form_with_too_many_fields_is_refused_with_413()
    {
        await using var server = await TestServer.StartAsync();
        using var form = new FormUrlEncodedContent(Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create($"k{i}", "v")));

        using var answer = await server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/words/update", form);

        Assert.Equal(413, (await ReadAsync(answer)).Status);
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("deactivate")]
    public async Task The_empty_environment_of_the_command_line_is_a_place_like_any_other(string operation)
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Client.PostAsync($"/api/v1/topologies/nomad/ads//words/{operation}", null);

        Assert.Equal((404, "Topology 'words' does not exist"), await ReadAsync(answer));
    }

    private static async Task<(int Status, string? Message)> ReadAsync(HttpResponseMessage answer) => (
        (int)answer.StatusCode,
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("message").GetString());
}
