// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Google.Protobuf;
using Heron.Core.Protobuf;

/// <summary>Multipart forms.</summary>
internal static class Form
{
    private const string Boundary = "b0undary";

    public const string ContentType = $"Content-Type: multipart/form-data; boundary={Boundary}\r\n";

    public const string MediaType = $"multipart/form-data; boundary={Boundary}";

    public static byte[] End => Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    public static byte[] FileHead(string field, string name) => Encoding.ASCII.GetBytes(
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");

    /// <summary>All of a submission but its binary, each part with its head, and a line end behind the last.</summary>
    public static byte[] WithoutBinary(string cluster, Topology topology, params (string Name, string Value)[] more)
    {
        using var form = new MemoryStream();
        (string, string)[] fields = [("name", topology.Name), ("cluster", cluster), ("role", "bench"), ("environment", "default"), .. more];
        foreach (var (name, value) in fields)
        {
            form.Write(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }

        form.Write(FileHead("definition", topology.Name + ".defn"));
        form.Write(topology.ToByteArray());
        form.Write("\r\n"u8);
        return form.ToArray();
    }

    /// <summary>A recorded definition with that many instances.</summary>
    public static Topology Definition(string repository, int instances, int containers, string? name = null)
    {
        var topology = Topology.Parser.ParseFrom(
            File.ReadAllBytes(Path.Join(repository, "tests", "fixtures", "reference", "topologies", "exclamation.defn")));
        if (name is not null)
        {
            topology.Name = name;
            topology.Id = name + "-1";
        }

        Component[] components = [.. topology.Spouts.Select(s => s.Comp), .. topology.Bolts.Select(b => b.Comp)];
        foreach (var component in components)
        {
            Set(component.Config, "topology.component.parallelism", $"{instances / components.Length}");
        }

        Set(topology.TopologyConfig, "topology.stmgrs", $"{containers}");
        return topology;
    }

    private static void Set(Config config, string key, string value)
    {
        if (config.Kvs.FirstOrDefault(k => k.Key == key) is { } present)
        {
            present.Value = value;
        }
        else
        {
            config.Kvs.Add(new Config.Types.KeyValue { Key = key, Value = value, Type = ConfigValueType.StringValue });
        }
    }
}
