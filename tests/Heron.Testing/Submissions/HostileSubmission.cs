// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Configuration;
using Heron.Core.Protobuf;

namespace Heron.Testing.Submissions;

/// <summary>
/// A dry run that is small to send and would be large to handle: each of these once took a server minutes or gigabytes. None is a fault
/// of the server's.
/// </summary>
/// <param name="Name">What is too much.</param>
/// <param name="Definition">Makes the definition.</param>
/// <param name="Settings">Settings of the submission.</param>
public sealed record HostileSubmission(string Name, Func<byte[]> Definition, params (string Key, string Value)[] Settings)
{
    /// <summary>A definition of nothing but empty spouts: two bytes each.</summary>
    private const int SpoutBytes = 2;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostileSubmission> All { get; } =
    [
        new("tokens that grow", Recorded, ("a.b", Repeated("/${HOME}${HERON_HOME}", 60))),
        new("many tokens for a long value", Recorded, ("my.long", new string('x', 60_000)), ("my.many", Repeated("/${MY_LONG}", 700))),
        new("many fields of many tokens", Recorded, [("my.long", new string('x', 60_000)), .. Enumerable.Range(0, 50).Select(i => ($"my.many{i}", Repeated("${MY_LONG}", 700)))]),
        new("tokens in a circle", Recorded, ("my.a", "/${MY_B}/${MY_B}"), ("my.b", "/${MY_A}/${MY_A}")),
        new("a long path", Recorded, ("a.b", Repeated("a/", 127 * 1024))),
        new("a path of slashes", Recorded, ("a.b", new string('/', 250_000))),
        new("many settings", Recorded, [.. Enumerable.Range(0, 20_000).Select(i => ($"a.b{i}", "x"))]),
        new("a definition of empty spouts", () => Spouts(600_000)),
        new("a plan with thirty thousand instances", () => Parallel("29990"), (ConfigKeys.PackingClass, "org.apache.heron.packing.roundrobin.ResourceCompliantRRPacking")),
        new("a plan with more instances than there are numbers", () => Parallel("2147483647")),
        new("bytes that are no definition", () => [.. Enumerable.Repeat((byte)0x0A, 1_000_000)]),
        new("messages in messages", () => [.. Enumerable.Repeat((byte)0x1A, 500_000)]),
    ];

    /// <summary>Such as take long to send, too.</summary>
    public static IReadOnlyList<HostileSubmission> Large { get; } =
    [
        new("a definition of 8 MB of empty spouts", () => Spouts(4_000_000)),
        new("a definition of 15 MB of empty spouts", () => Spouts(7_800_000)),
        new("a definition of 32 MB of empty spouts", () => Spouts(16_000_000)),
    ];

    /// <summary>The body, made anew.</summary>
    public MultipartFormDataContent Content()
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("exclamation"), "name" },
            { new StringContent("nomad"), "cluster" },
            { new StringContent("ads"), "role" },
            { new StringContent("devel"), "environment" },
            { new StringContent("alice"), "user" },
            { new StringContent("true"), "dry_run" },
        };
        foreach (var (key, value) in Settings)
        {
            form.Add(new StringContent(value), key);
        }

        form.Add(new ByteArrayContent(Definition()), "definition", "exclamation.defn");
        form.Add(new ByteArrayContent("no real topology\n"u8.ToArray()), "topology", "exclamation.jar");
        return form;
    }

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static byte[] Recorded() => File.ReadAllBytes(Fixtures.Reference("topologies", "exclamation.defn"));

    private static byte[] Spouts(int count)
    {
        var recorded = Recorded();
        var definition = new byte[recorded.Length + (count * SpoutBytes)];
        recorded.CopyTo(definition, 0);
        for (var at = recorded.Length; at < definition.Length; at += SpoutBytes)
        {
            definition[at] = 0x1A;
        }

        return definition;
    }

    private static byte[] Parallel(string instances)
    {
        var topology = Topology.Parser.ParseFrom(Recorded());
        topology.Spouts[0].Comp.Config.Kvs.Single(kv => kv.Key == "topology.component.parallelism").Value = instances;
        return topology.ToByteArray();
    }
}
