// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
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

    public static Task<HttpResponseMessage> SendAsync(HttpClient client, string cluster) => SendAsync(client, cluster, Name, "ops");

    /// <summary>Sends the definition under any name and role; the topology id stays what it is.</summary>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string cluster, string name, string role)
    {
        var definition = Heron.Core.Protobuf.Topology.Parser.ParseFrom(Definition());
        definition.Name = name;
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name), "name" },
            { new StringContent(cluster), "cluster" },
            { new StringContent(role), "role" },
            { new StringContent("dev"), "environment" },
            { new StringContent("alice"), "user" },
        };
        form.Add(new ByteArrayContent(name == Name ? Definition() : definition.ToByteArray()), "definition", name + ".defn");
        form.Add(new ByteArrayContent(new byte[100_000]), "topology", "tiny.pex");
        return await client.PostAsync("/api/v1/topologies", form);
    }

    private static byte[] Definition() =>
        File.ReadAllBytes(Fixtures.File("heron-cli", "recorded", "defn", Name + ".defn"));
}
