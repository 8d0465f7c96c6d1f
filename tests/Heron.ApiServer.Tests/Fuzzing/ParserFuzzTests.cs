// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Files;
using Heron.ApiServer.Tests.Access;
using Heron.Core;
using Heron.Core.Configuration.Yaml;
using Heron.Core.Java;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Heron.Operations.Observe.Queries;
using Heron.Testing;
using Heron.ZooKeeper;

namespace Heron.ApiServer.Tests.Fuzzing;

/// <summary>
/// Sound inputs with random damage for whatever reads what others have written, beside requests (FormData/FuzzTests) and ZooKeeper's
/// frames, which have tests of their own: each is read or refused in the way that its reader promises, and in no time.
/// HERON_FUZZ_SECONDS says for how long, each.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class ParserFuzzTests
{
    // For anything of a few kilobytes; only a reader that does not come to an end is this slow.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly string[] Pieces =
    [
        "\0", "\n", "\r\n", "\t", " ", "'", "\"", "\\", "\\u0000", "\\ud800", "\\UFFFFFFFF", "{", "}", "[", "]", "(", ")", ":", ": ", "- ", "#", "&a", "*a", "!", "!<", "!!int ",
        "!a!b ", "%TAG ! x", "---", "...", "|", ">", "?", "~", "null", "true", "NaN", "-0", "1e999", "9223372036854775808", "0x", "0o", "2027-02-30", ",", "*", "TS(", "DEFAULT(0,",
        "é", "\u2028", "\ufeff", "\ud83d\ude00", "=", "==", ".", "/", "//", "..", "%00", "sha-256=:", "keys", "kty", "d", "$2y$",
    ];

    private static readonly Reader[] Readers =
    [
        new("YAML", text => _ = YamlReader.Read(Utf8(text), "f"), [typeof(HeronException)],
            "a: [1, 'x', \"\\u0041\"]\nb: &x {c: !!str 1}\nd: *x\n", "%YAML 1.1\n---\n? a\n: |\n  text\n", "- 0x10\n- 1:30\n- ~\n"),
        new("definitions", bytes => _ = TopologyReader.Read(bytes, "f"), [typeof(HeronException)],
            Bytes(File.ReadAllBytes(Fixtures.Reference("topologies", "exclamation.defn"))), Bytes(File.ReadAllBytes(Fixtures.Reference("topologies", "syn-2c-5i.defn")))),
        new("users files", text => _ = UsersFile.Read(Utf8(text), "/nowhere/users.yaml"), [typeof(HeronException)],
            "groups:\n  ads:\n    rights: ['read *']\nusers:\n  alice:\n    groups: [ads]\n    acts-for: [bob]\ntokens:\n  - { name: ci, user: alice, sha256: '00', expires: 2027-01-31 }\nissuers:\n  - { issuer: a, audience: b, keys: 'https://c/', clock-skew: 3 }\n"),
        new("key sets", bytes => _ = KeySetReader.Read(bytes, "f"), [typeof(HeronException)], KeySet()),
        new("tokens of issuers", bytes => _ = IssuerTokens.Parse(Token(Bytes(bytes))), [],
            "{\"alg\":\"RS256\",\"kid\":\"a\",\"typ\":\"JWT\"}\r{\"iss\":\"https://a/\",\"aud\":[\"b\"],\"sub\":\"c\",\"exp\":1900000000,\"nbf\":1.5e9,\"groups\":[\"d\"],\"e\":{\"f\":null}}"),
        new("journal entries", bytes => _ = EntryFormat.Read(bytes), [typeof(DamagedIntentException)],
            Bytes(EntryFormat.Write(new SubmitIntent(new TopologyIdentity("c", "r", "e", "n", "i"), DateTimeOffset.UnixEpoch, "s") { Registered = true }))),
        new("values of Java", bytes => _ = JavaValue.Read(bytes), [],
            "\u00ac\u00ed\0\u0005t\0\u0005hello", "\u00ac\u00ed\0\u0005sr\0\u0011java.lang.Integer\u0012\u00e2\u00a0\u00a4\u00f7\u0081\u00878\u0002\0\u0001I\0\u0005valuexr\0\u0010java.lang.Number\0\0\0\u0002"),
        new("queries of metrics", text => _ = QueryParser.Parse(Utf8(text)), [typeof(QueryException)],
            "DIVIDE(MULTIPLY(100, TS(a, *, __ack-count/default)), SUM(DEFAULT(0, TS(b, b_1, c))))", "RATE(TS(a,*,b))"),
        new("digests", text => _ = ReprDigest.Parse(Utf8(text)), [typeof(HeronException)], "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:, md5=:AA==:"),
        new("ZooKeeper's addresses", text => _ = ConnectionString.Parse(Utf8(text)), [typeof(ArgumentException)], "zk1:2181,[::1]:2182,zk3/heron/a"),
    ];

    public static TheoryData<string> Names => [.. Readers.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_input_is_read_or_refused_as_promised_and_in_no_time(string name)
    {
        var reader = Readers.Single(r => r.Name == name);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(Soak.Count("HERON_FUZZ_SECONDS", brief: 1, soak: 600));
        long inputs = 0;
        while (clock.Elapsed < end)
        {
            var input = Damage(reader.Seeds[random.Next(reader.Seeds.Length)], random);
            var start = clock.Elapsed;
            try
            {
                reader.Read(Encoding.Latin1.GetBytes(input));
            }
            catch (Exception e) when (reader.Refusals.Any(r => r.IsInstanceOfType(e)))
            {
                Assert.NotEmpty(e.Message);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, input {inputs}: {e}\n{Convert.ToBase64String(Encoding.Latin1.GetBytes(input))}");
            }

            Assert.True(clock.Elapsed - start < Longest, $"seed {seed}, input {inputs}: {clock.Elapsed - start}\n{Convert.ToBase64String(Encoding.Latin1.GetBytes(input))}");
            inputs++;
        }

        Assert.NotEqual(0, inputs);
        Soak.Note(string.Create(CultureInfo.InvariantCulture, $"fuzzing, {name}: {inputs:N0} inputs in {clock.Elapsed.TotalMinutes:F1} min, no findings, seed {seed}"));
    }

    // Header and payload, which a token holds in base64.
    private static string Token(string lines)
    {
        var parts = lines.Split('\r', 2);
        return TestIssuer.Unsigned(parts[0], parts[^1]);
    }

    private static string KeySet()
    {
        using var issuer = new TestIssuer();
        return issuer.Keys;
    }

    private static string Bytes(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string Utf8(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    // Texts stand for bytes here, one letter each.
    private static string Damage(string input, Random random)
    {
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(input.Length + 1);
            var length = random.Next(Math.Min(24, input.Length - at) + 1);
            var piece = Bytes(Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
            input = random.Next(6) switch
            {
                0 => input[..at] + piece + input[at..],
                1 => input[..at] + piece + input[(at + length)..],
                2 => input[..at] + input[(at + length)..],
                3 => input[..at] + string.Concat(Enumerable.Repeat(input.Substring(at, length), random.Next(1, 40))) + input[at..],
                4 => input[..at] + string.Concat(Enumerable.Repeat(piece, random.Next(1, 200))) + input[at..],
                _ => input[..at] + (char)random.Next(256) + input[(at + Math.Min(1, length))..],
            };
        }

        return input;
    }

    /// <summary>Something that reads.</summary>
    /// <param name="Name">What it reads.</param>
    /// <param name="Read">Reads it.</param>
    /// <param name="Refusals">What it throws for input that is wrong.</param>
    /// <param name="Seeds">Sound inputs, a letter for each byte.</param>
    private sealed record Reader(string Name, Action<byte[]> Read, Type[] Refusals, params string[] Seeds);
}
