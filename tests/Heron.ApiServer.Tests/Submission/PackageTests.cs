// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Submission;

public sealed class PackageTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, 4)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_package_has_the_entries_and_the_configuration_of_the_reference(int number)
    {
        var reference = Reference(number);
        var server = reference.GetProperty("server");
        await using var api = await TestServer.StartAsync(
            template: Fixtures.Reference("templates", server.GetProperty("template").GetString()!),
            overrides: server.GetProperty("overrides").EnumerateObject()
                .Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!))
                .Append(KeyValuePair.Create(OverrideRules.Key, "*"))
                .ToDictionary());
        var definition = Path.GetFileName(reference.GetProperty("definition").GetString()!);
        var response = await api.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(
            reference.GetProperty("form").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)),
            File.ReadAllBytes(Fixtures.Reference("topologies", definition)),
            definition,
            reference.GetProperty("binary_file_name").GetString()!)));
        Assert.Equal(201, (int)response.StatusCode);

        var entries = await EntriesAsync(api);
        var expected = reference.GetProperty("entries").EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), entries.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, (mode, text)) in entries)
        {
            Assert.Equal(expected[name].GetProperty("mode").GetString()![^3..], Convert.ToString((int)mode, 8));
            if (expected[name].TryGetProperty("content", out var content))
            {
                AssertSameSettings(content.GetString()!, text.Replace($"{OverrideRules.Key}: '*'\n", "", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>The binary goes into the package as it arrives, wherever in the form it stands and whatever says how long it is.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task The_digest_that_the_scheduler_is_given_is_that_of_the_bytes_served(bool binaryFirst, bool chunked)
    {
        await using var server = await TestServer.StartAsync();
        var binary = RandomNumberGenerator.GetBytes(300_000);
        (string, string, byte[]) definition = ("definition", "filename=\"exclamation.defn\"", Forms.Definition("exclamation"));
        (string, string, byte[]) topology = ("topology", "filename=\"exclamation.jar\"", binary);
        using var body = Forms.Content(Forms.Body(
            binaryFirst ? [] : Forms.Fields(), binaryFirst ? [topology, definition, .. FieldParts()] : [definition, topology]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = body };
        request.Headers.TransferEncodingChunked = chunked;
        Assert.Equal(201, (int)(await server.Client.SendAsync(request)).StatusCode);
        var entries = await EntriesAsync(server);
        Assert.Equal(["exclamation.defn", "exclamation.jar"], entries.Keys.Where(k => !k.StartsWith("heron-conf/", StringComparison.Ordinal)).Order());
        var package = server.Scheduler.Running.Values.Single().Package;
        var bytes = await server.Client.GetByteArrayAsync(new Uri(package.Uri).AbsolutePath);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), package.Sha256);
    }

    [Fact]
    public async Task The_servers_secrets_are_in_no_file_of_a_package()
    {
        await using var server = await TestServer.StartAsync(
            overrides: new Dictionary<string, string> { ["heron.nomad.token"] = "s3cret", ["heron.nomad.priority"] = "51" });
        await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()));

        var entries = await EntriesAsync(server);
        Assert.Contains(entries.Values, e => e.Text.Contains("heron.nomad.priority: '51'", StringComparison.Ordinal));
        Assert.DoesNotContain(entries.Values, e => e.Text.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_templates_folder_only_Herons_files_go_along_and_those_that_are_named_and_have_no_secrets()
    {
        var template = Directory.CreateTempSubdirectory("heron-template-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Fixtures.Reference("templates", "nomad-raw")))
            {
                File.Copy(file, Path.Join(template, Path.GetFileName(file)));
            }

            File.WriteAllText(Path.Join(template, "scheduler.yaml.bak"), "heron.nomad.token: s3cret\n");
            File.WriteAllText(Path.Join(template, "notes.txt"), "who to call");
            File.WriteAllText(Path.Join(template, "secrets.yaml"), "database: s3cret\n");
            File.WriteAllText(Path.Join(template, ".env"), "PASSWORD=s3cret\n");
            File.WriteAllText(Path.Join(template, "id_rsa"), "s3cret");
            await using var server = await TestServer.StartAsync(
                template: template, overrides: new Dictionary<string, string> { [PackagedFiles.Key] = "notes.*, scheduler.yaml.bak" });
            await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()));

            var entries = await EntriesAsync(server);
            Assert.Contains("heron-conf/notes.txt", entries.Keys);
            Assert.DoesNotContain("heron-conf/scheduler.yaml.bak", entries.Keys);
            Assert.Contains("heron-conf/heron_nomad.sh", entries.Keys);
            Assert.DoesNotContain(entries.Values, e => e.Text.Contains("s3cret", StringComparison.Ordinal));
            Assert.Contains(server.Log.Lines, line => line.Contains("scheduler.yaml.bak is left out of topology packages", StringComparison.Ordinal));
            Assert.Contains(server.Log.Lines, line => line.Contains("stay out of topology packages: .env, id_rsa, secrets.yaml;", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(template, recursive: true);
        }
    }

    [Theory]
    [InlineData("heron-core")]
    [InlineData("Heron-Conf")]
    [InlineData("log-files")]
    [InlineData("exclamation.jar")]
    public async Task A_definition_named_like_something_else_in_the_containers_folder_gets_another_name(string name)
    {
        await using var server = await TestServer.StartAsync();
        await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(definitionFile: name)));

        Assert.Equal("exclamation.defn", server.Scheduler.Running.Values.Single().DefinitionFileName);
        Assert.Contains("exclamation.defn", (await EntriesAsync(server)).Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_compressed_already_is_stored_and_what_is_not_shrinks(bool compressed)
    {
        await using var server = await TestServer.StartAsync();
        var binary = compressed ? RandomNumberGenerator.GetBytes(2_000_000) : new byte[2_000_000];
        await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(binary: binary)));
        var package = server.StoredFiles().Single(f => f.EndsWith("topology.tar.gz", StringComparison.Ordinal));
        var length = new FileInfo(Path.Join(server.Store, package)).Length;
        Assert.True(compressed ? length is > 2_000_000 and < 2_060_000 : length < 100_000, $"{length} bytes");
    }

    [Theory]
    [InlineData("../../evil.jar", "evil.jar")]
    [InlineData("/etc/evil.jar", "evil.jar")]
    [InlineData("..\\evil.jar", "evil.jar")]
    [InlineData("a b;rm -rf $HOME.jar", "a_b_rm_-rf__HOME.jar")]
    [InlineData("-rf.jar", "rf.jar")]
    public async Task Names_in_the_package_are_harmless(string submitted, string inPackage)
    {
        await using var server = await TestServer.StartAsync();
        var response = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission(binaryFile: submitted)));
        Assert.Equal(201, (int)response.StatusCode);
        Assert.Contains(inPackage, (await EntriesAsync(server)).Keys);
        Assert.Equal(inPackage, server.Scheduler.Running.Values.Single().BinaryFileName);
    }

    [Fact]
    public async Task Debians_tar_unpacks_a_package()
    {
        await using var server = await TestServer.StartAsync();
        var binary = RandomNumberGenerator.GetBytes(1_000_000);
        var name = new string('ä', 50) + ".jar";
        await server.Client.PostAsync(
            "/api/v1/topologies", Forms.Content(Forms.Submission(binary: binary, binaryFile: name)));
        var package = Path.Join(server.Store, server.StoredFiles().Single(f => f.EndsWith("topology.tar.gz", StringComparison.Ordinal)));
        var target = Directory.CreateDirectory(Path.Join(server.Folder, "unpacked")).FullName;
        using var tar = System.Diagnostics.Process.Start("tar", ["-xzf", package, "-C", target]);
        await tar.WaitForExitAsync();
        Assert.Equal(0, tar.ExitCode);
        Assert.Equal(binary, await File.ReadAllBytesAsync(Path.Join(target, name)));
        Assert.True(File.Exists(Path.Join(target, "heron-conf", "override.yaml")));
    }

    private static IEnumerable<(string Name, string FileNameHeader, byte[] Content)> FieldParts() =>
        Forms.Fields().Select(field => (field.Key, "x=y", Encoding.UTF8.GetBytes(field.Value)));

    private static JsonElement Reference(int number)
    {
        using var file = File.OpenRead(Fixtures.Reference("apiserver", "topology-package.json"));
        return JsonDocument.Parse(file).RootElement[number];
    }

    // The order in which Java's hash map wrote a form's settings has no meaning, and request flags no longer leak into it.
    private static void AssertSameSettings(string expected, string actual) => Assert.Equal(
        expected.Split('\n').Where(l => !l.StartsWith("verbose_gc:", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        actual.Split('\n').Order(StringComparer.Ordinal));

    private static async Task<Dictionary<string, (UnixFileMode Mode, string Text)>> EntriesAsync(TestServer server)
    {
        var package = server.StoredFiles().Single(f => f.EndsWith("topology.tar.gz", StringComparison.Ordinal) && f[0] != '.');
        await using var file = File.OpenRead(Path.Join(server.Store, package));
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        var entries = new Dictionary<string, (UnixFileMode, string)>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            var text = new MemoryStream();
            await (entry.DataStream?.CopyToAsync(text) ?? Task.CompletedTask);
            entries.Add(entry.Name, (entry.Mode, Encoding.UTF8.GetString(text.ToArray())));
        }

        return entries;
    }
}
