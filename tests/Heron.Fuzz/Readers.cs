// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ApiServer.Access;
using Heron.ApiServer.Files;
using Heron.Core;
using Heron.Core.Configuration.Yaml;
using Heron.Core.Java;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Heron.Operations.Observe.Queries;
using Heron.Testing;
using Heron.Testing.Access;
using Heron.ZooKeeper;

namespace Heron.Fuzz;

/// <summary>
/// Whatever reads what others have written, beside requests (FormData/FuzzTests) and ZooKeeper's frames (FrameFuzzTests): for the
/// fuzzer that goes by coverage (scripts/fuzz.sh), and for the one that every run of the tests has (ParserFuzzTests).
/// </summary>
public static class Readers
{
    // What is longer teaches a fuzzer nothing and costs it its speed.
    private const int LongestSeed = 4096;

    /// <summary>What has a meaning to one of them.</summary>
    public static IReadOnlyList<string> Pieces { get; } =
    [
        "\0", "\n", "\r\n", "\t", " ", "'", "\"", "\\", "\\u0000", "\\ud800", "\\UFFFFFFFF", "{", "}", "[", "]", "(", ")", ":", ": ", "- ", "#", "&a", "*a", "!", "!<", "!!int ",
        "!a!b ", "%TAG ! x", "---", "...", "|", ">", "?", "~", "null", "true", "NaN", "-0", "1e999", "9223372036854775808", "0x", "0o", "2027-02-30", ",", "*", "TS(", "DEFAULT(0,",
        "é", "\u2028", "\ufeff", "\ud83d\ude00", "=", "==", ".", "/", "//", "..", "%00", "sha-256=:", "keys", "kty", "d", "$2y$",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Reader> All { get; } =
    [
        new("YAML", text => _ = YamlReader.Read(Utf8(text), "f"), [typeof(HeronException)],
            "a: [1, 'x', \"\\u0041\"]\nb: &x {c: !!str 1}\nd: *x\n", "%YAML 1.1\n---\n? a\n: |\n  text\n", "- 0x10\n- 1:30\n- ~\n"),
        new("definitions", bytes => _ = TopologyReader.Read(bytes, "f"), [typeof(HeronException)],
            [.. Recorded("topologies", "*.defn")]),
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

    /// <summary>Bytes as a text with a letter for each.</summary>
    public static string Bytes(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static IEnumerable<string> Recorded(string folder, string pattern) => Directory
        .EnumerateFiles(Fixtures.Reference(folder), pattern)
        .Order(StringComparer.Ordinal)
        .Where(f => new FileInfo(f).Length <= LongestSeed)
        .Select(f => Bytes(File.ReadAllBytes(f)));

    private static string Utf8(byte[] bytes) => Encoding.UTF8.GetString(bytes);

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
}
