// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;
using Heron.Testing;

namespace Heron.Core.Tests.Topologies;

public class TopologyReaderTests
{
    public static TheoryData<string> Definitions() =>
        new(Index().Select(entry => entry["file"]!.GetValue<string>()));

    [Theory]
    [MemberData(nameof(Definitions))]
    public void A_definition_is_accepted_or_refused_as_the_reference_did(string file)
    {
        var expected = Index().Single(entry => entry["file"]!.GetValue<string>() == file);
        var bytes = File.ReadAllBytes(Fixtures.Reference("topologies", file));
        if (expected["valid"]!.GetValue<bool>() && file != "syn-reliability-bad.defn")
        {
            var topology = TopologyReader.Read(bytes, file);
            Assert.Equal(expected["name"]!.GetValue<string>(), topology.Name);
            Assert.Equal(expected["id"]!.GetValue<string>(), topology.Id);
            AssertComponents(expected["spouts"]!.AsArray(), topology.Spouts.Select(s => s.Comp));
            AssertComponents(expected["bolts"]!.AsArray(), topology.Bolts.Select(b => b.Comp));
            return;
        }

        var fault = Assert.Throws<HeronException>(() => TopologyReader.Read(bytes, file));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        var message = expected["load_exception"]?["message"]?.GetValue<string>();
        if (message is not null)
        {
            Assert.StartsWith(
                message.Replace("/home/heron/upload/", string.Empty, StringComparison.Ordinal),
                fault.Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("bad-dotted-name.defn", "shouldn't have . or /: 'bad.name'")]
    [InlineData("bad-empty-name.defn", "Missing topology name")]
    [InlineData("bad-missing-stream.defn", "Invalid input stream ")]
    [InlineData("syn-reliability-bad.defn", "EFFECTIVELY_ONCE")]
    public void A_refusal_says_what_is_wrong_where_the_reference_gave_a_class_name(string file, string part) =>
        Assert.Contains(
            part,
            Assert.Throws<HeronException>(
                () => TopologyReader.Read(File.ReadAllBytes(Fixtures.Reference("topologies", file)), file)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Every_definition_that_the_real_CLI_sent_is_accepted()
    {
        foreach (var file in Directory.GetFiles(Fixtures.File("heron-cli", "recorded", "defn")))
        {
            Assert.NotEmpty(TopologyReader.Read(File.ReadAllBytes(file), file).Name);
        }
    }

    [Fact]
    public void A_definition_cut_at_any_byte_is_refused_or_read_but_never_crashes()
    {
        var bytes = File.ReadAllBytes(Fixtures.Reference("topologies", "exclamation.defn"));
        for (var length = 0; length < bytes.Length; length++)
        {
            AssertReadOrRefused(bytes[..length]);
        }
    }

    [Fact]
    public void A_definition_with_random_bytes_changed_is_refused_or_read_but_never_crashes()
    {
        var random = new Random(20260101);
        var original = File.ReadAllBytes(Fixtures.Reference("topologies", "multi-stage-acking.defn"));
        for (var round = 0; round < 3000; round++)
        {
            var bytes = original.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            AssertReadOrRefused(bytes);
        }
    }

    [Fact]
    public void Unknown_groups_nested_without_end_are_refused()
    {
        var bytes = new byte[200_000];
        Array.Fill(bytes, (byte)0x7B); // field 15, start of a group
        Assert.Equal(FaultKind.Invalid, Assert.Throws<HeronException>(() => TopologyReader.Read(bytes, "x.defn")).Kind);
    }

    [Fact]
    public void A_length_that_promises_more_than_there_is_allocates_nothing_and_is_refused()
    {
        byte[] bytes = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        Assert.Equal(FaultKind.Invalid, Assert.Throws<HeronException>(() => TopologyReader.Read(bytes, "x.defn")).Kind);
    }

    [Fact]
    public void A_definition_of_nothing_but_empty_spouts_is_refused_before_it_is_read()
    {
        var bytes = new byte[8 * 1024 * 1024];
        for (var i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = 3 << 3 | 2;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<HeronException>(() => TopologyReader.Read(bytes, "x.defn"));
        Assert.Contains("fields", fault.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000, "objects were made of it");
    }

    [Fact]
    public void A_parallelism_of_two_billion_is_refused_before_anything_is_packed()
    {
        var topology = TopologyReader.Parse(
            File.ReadAllBytes(Fixtures.Reference("topologies", "exclamation.defn")), "x.defn");
        foreach (var entry in topology.Spouts[0].Comp.Config.Kvs.Where(kv => kv.Key == TopologySettings.ParallelismKey))
        {
            entry.Value = "2000000000";
        }

        var fault = Assert.Throws<HeronException>(() => TopologyReader.Read(topology.ToByteArray(), "x.defn"));
        Assert.Contains("at most 30000", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_named_in_messages_as_the_client_named_it()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "this is no definition", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<HeronException>(
            () => TopologyReader.ReadFileAsync(path, "mine\n.defn", TestContext.Current.CancellationToken));
        Assert.StartsWith("Failed to read/parse content of mine\\u000A.defn: ", fault.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void The_copy_for_the_state_manager_has_everything_but_the_serialized_objects()
    {
        var whole = TopologyReader.Parse(File.ReadAllBytes(Fixtures.Reference("topologies", "word-count.defn")), "x");
        var trimmed = TopologyTrimmer.Trim(whole);
        Assert.Contains(TopologySettings.Components(whole), c => c.HasSerializedObject);
        Assert.DoesNotContain(TopologySettings.Components(trimmed), c => c.HasSerializedObject);
        foreach (var component in TopologySettings.Components(whole))
        {
            component.ClearSerializedObject();
        }

        Assert.Equal(whole.ToByteArray(), trimmed.ToByteArray());
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        try
        {
            _ = TopologyReader.Read(bytes, "x.defn");
        }
        catch (HeronException fault)
        {
            Assert.Equal(FaultKind.Invalid, fault.Kind);
            Assert.DoesNotContain('\n', fault.Message);
        }
    }

    private static void AssertComponents(JsonArray expected, IEnumerable<Component> actual) => Assert.Equal(
        expected.Select(e => (e!["name"]!.GetValue<string>(), e["parallelism"]?.GetValue<string>())),
        actual.Select(c => (c.Name, (string?)TopologySettings.Get(c.Config, TopologySettings.ParallelismKey, "none"))));

    private static IEnumerable<JsonNode> Index() =>
        JsonNode.Parse(File.ReadAllText(Fixtures.Reference("topologies", "index.json")))!.AsArray().Select(n => n!);
}
