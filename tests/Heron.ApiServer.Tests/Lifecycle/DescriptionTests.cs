using System.Text.Json;
using Heron.ApiServer.Tests.Support;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class DescriptionTests
{
    [Fact]
    public async Task Topologies_are_listed_and_filtered_by_place()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");
        await SubmitAsync(server, "acking", "");

        Assert.Equal(["acking", "exclamation"], await NamesAsync(server, ""));
        Assert.Equal(["exclamation"], await NamesAsync(server, "?cluster=nomad&role=ads&environment=devel"));
        Assert.Equal(["acking"], await NamesAsync(server, "?environment="));
        Assert.Empty(await NamesAsync(server, "?role=nobody"));
    }

    [Fact]
    public async Task A_topology_is_described_with_its_containers_and_where_it_is()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");

        var topology = await GetAsync(server, "/nomad/ads/devel/exclamation");

        Assert.Equal("exclamation5978c057-0b26-4359-ae81-c288931fd1c7", topology.GetProperty("id").GetString());
        Assert.Equal("alice", topology.GetProperty("user").GetString());
        Assert.Equal("STARTING", topology.GetProperty("state").GetString());
        Assert.False(topology.TryGetProperty("manager", out _));
        Assert.False(topology.TryGetProperty("busy", out _));
        var containers = topology.GetProperty("containers").EnumerateArray().ToList();
        Assert.Equal([1, 2], containers.Select(c => c.GetProperty("id").GetInt32()));
        Assert.Equal(6, containers.Sum(c => c.GetProperty("instances").GetArrayLength()));
        Assert.True(containers[0].GetProperty("required").GetProperty("ram").GetInt64() > 0);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("topologies")]
    [InlineData("topologies/nomad/ads/devel/exclamation")]
    public async Task What_can_be_read_can_be_asked_for_with_HEAD(string path)
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");

        using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/" + path));

        Assert.Equal((200, "application/json"), ((int)head.StatusCode, head.Content.Headers.ContentType?.MediaType));
        Assert.Empty(await head.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_topology_is_404_and_another_place_is_409()
    {
        await using var server = await TestServer.StartAsync();
        await SubmitAsync(server, "exclamation", "devel");

        Assert.Equal(404, (int)(await server.Client.GetAsync("/api/v1/topologies/nomad/ads/devel/nothing")).StatusCode);
        Assert.Equal(409, (int)(await server.Client.GetAsync("/api/v1/topologies/nomad/ads/prod/exclamation")).StatusCode);
    }

    private static async Task SubmitAsync(TestServer server, string name, string environment)
    {
        var fields = Forms.Fields(name);
        fields["environment"] = environment;
        using var content = new ByteArrayContent(Forms.Submission(fields, Forms.Definition(name), name + ".defn"));
        content.Headers.TryAddWithoutValidation("Content-Type", Forms.ContentType);
        using var answer = await server.Client.PostAsync("/api/v1/topologies", content);
        Assert.True((int)answer.StatusCode == 201, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<IReadOnlyList<string?>> NamesAsync(TestServer server, string query) =>
        [.. (await GetAsync(server, query)).GetProperty("topologies").EnumerateArray().Select(t => t.GetProperty("name").GetString())];

    private static async Task<JsonElement> GetAsync(TestServer server, string path) =>
        JsonDocument.Parse(await server.Client.GetStringAsync("/api/v1/topologies" + path)).RootElement;
}
