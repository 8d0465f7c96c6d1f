using Heron.Testing;

namespace Heron.EndToEnd.Tests.Support;

/// <summary>Sends the same submission every time: the definition, and with it the topology id, is a recorded one.</summary>
internal static class Submit
{
    public const string Name = "ExclamationTopology";

    public const string TopologyPath = "/api/v1/topologies/nomad/ops/dev/" + Name;

    /// <summary>As in the definition.</summary>
    public static string TopologyId { get; } = Heron.Core.Protobuf.Topology.Parser.ParseFrom(Definition()).Id;

    public static Task<HttpResponseMessage> SendAsync(HttpClient client) => SendAsync(client, "nomad");

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string cluster)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Name), "name" },
            { new StringContent(cluster), "cluster" },
            { new StringContent("ops"), "role" },
            { new StringContent("dev"), "environment" },
            { new StringContent("alice"), "user" },
        };
        form.Add(new ByteArrayContent(Definition()), "definition", Name + ".defn");
        form.Add(new ByteArrayContent(new byte[100_000]), "topology", "tiny.pex");
        return await client.PostAsync("/api/v1/topologies", form);
    }

    private static byte[] Definition() =>
        File.ReadAllBytes(Fixtures.File("heron-cli", "recorded", "defn", Name + ".defn"));
}
