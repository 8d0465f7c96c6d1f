// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Composition;

/// <summary>What a release says that it is made of (scripts/sbom.py).</summary>
public class BillOfMaterialsTests
{
    // Looks at the sources while they are compiled; no program carries it.
    private const string Analyzer = "Microsoft.NET.ILLink.Tasks";

    [Fact]
    public void Every_package_of_the_lock_file_but_the_compilers_tool_and_every_script_of_the_pages_stands_in_it_with_its_version()
    {
        using var bill = Bill("1700000000");
        var named = bill.RootElement.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("purl").GetString()!).ToList();
        var expected = Locked().Where(package => package.Name != Analyzer).Select(package => $"pkg:nuget/{package.Name}@{package.Version}")
            .Concat(Directory.GetDirectories(Path.Join(Fixtures.RepositoryRoot, "src", "Heron.Pages", "assets", "vendor"))
                .Select(folder => "pkg:npm/" + Path.GetFileName(folder).Replace("-", "@", StringComparison.Ordinal)));
        Assert.Equal(expected.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.Equal("CycloneDX", bill.RootElement.GetProperty("bomFormat").GetString());
        Assert.Equal("2023-11-14T22:13:20Z", bill.RootElement.GetProperty("metadata").GetProperty("timestamp").GetString());
    }

    [Fact]
    public void Everything_in_it_is_reached_from_the_program()
    {
        using var bill = Bill("0");
        var needs = bill.RootElement.GetProperty("dependencies").EnumerateArray().ToDictionary(
            d => d.GetProperty("ref").GetString()!,
            d => d.GetProperty("dependsOn").EnumerateArray().Select(r => r.GetString()!).ToList());
        var program = bill.RootElement.GetProperty("metadata").GetProperty("component").GetProperty("bom-ref").GetString()!;
        var reached = new HashSet<string> { program };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var next))
        {
            needs[next].Where(reached.Add).ToList().ForEach(open.Enqueue);
        }

        Assert.Equal(needs.Keys.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
    }

    private static JsonDocument Bill(string time) => JsonDocument.Parse(Tool.Run(
        "python3", ["scripts/sbom.py", "1.2.3"], new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = time }).Succeeded().Output);

    private static IEnumerable<(string Name, string Version)> Locked()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, "src", "Heron.ApiServer", "packages.lock.json")));
        return [.. file.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(entry => entry.Value.GetProperty("type").GetString() != "Project")
            .Select(entry => (entry.Name, entry.Value.GetProperty("resolved").GetString()!))];
    }
}
