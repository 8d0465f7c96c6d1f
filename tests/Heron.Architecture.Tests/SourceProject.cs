// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Xml.Linq;
using Mono.Cecil;

namespace Heron.Architecture.Tests;

/// <summary>A project of src: what its file says it uses, and the assembly it became.</summary>
internal sealed class SourceProject
{
    private SourceProject(string file)
    {
        Name = Path.GetFileNameWithoutExtension(file);
        var content = XDocument.Load(file);
        References =
        [
            .. content.Descendants("ProjectReference")
                .SelectMany(r => Matching(Path.GetDirectoryName(file)!, (string)r.Attribute("Include")!))
                .Select(f => Path.GetFileNameWithoutExtension(f)),
        ];
        var name = (string?)content.Descendants("AssemblyName").FirstOrDefault() ?? Name;
        Assembly = AssemblyDefinition.ReadAssembly(Path.Join(AppContext.BaseDirectory, name + ".dll"));
        UsesAspNet = content.Root!.Attribute("Sdk")!.Value.EndsWith(".Web", StringComparison.Ordinal)
            || content.Descendants("FrameworkReference").Any()
            || Assembly.MainModule.AssemblyReferences.Any(r => r.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    // Before what is read from there.
    /// <summary>The folder src of the repository.</summary>
    public static string SourceDirectory { get; } = typeof(SourceProject).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == nameof(SourceDirectory)).Value!;

    public static IReadOnlyList<SourceProject> All { get; } =
        [.. Directory.EnumerateFiles(SourceDirectory, "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => new SourceProject(f))];

    public string Name { get; }

    public IReadOnlyList<string> References { get; }

    public AssemblyDefinition Assembly { get; }

    public bool UsesAspNet { get; }

    /// <summary>The project files that an include names, which may be a pattern of folders.</summary>
    private static IEnumerable<string> Matching(string folder, string include)
    {
        var parts = include.Split('/');
        var above = Path.GetFullPath(Path.Join(folder, parts[0]));
        return Directory.EnumerateDirectories(above, parts[1]).SelectMany(room => Directory.EnumerateFiles(room, parts[2]));
    }
}
