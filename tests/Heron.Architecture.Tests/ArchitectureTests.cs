// SPDX-License-Identifier: Apache-2.0
namespace Heron.Architecture.Tests;

public sealed class ArchitectureTests
{
    private const string Core = "Heron.Core";

    /// <summary>Every scheduler, whoever adds it.</summary>
    private const string Schedulers = "Heron.Scheduler.*";

    /// <summary>The floors of the house, from the ground up (docs/design.md): which project may use which others of ours.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        [Core] = [],
        ["Heron.ZooKeeper"] = [],
        ["Heron.State.ZooKeeper"] = [Core, "Heron.ZooKeeper"],
        ["Heron.State.Folder"] = [Core],
        [Schedulers] = [Core],
        ["Heron.Uploaders"] = [Core],
        ["Heron.Packages"] = [Core],
        ["Heron.Daemons"] = [Core],
        ["Heron.Operations"] = [Core],
        ["Heron.Pages"] = [Core, "Heron.Operations"],
        ["Heron.ApiServer"] =
        [
            Core, "Heron.ZooKeeper", "Heron.State.ZooKeeper", "Heron.State.Folder", Schedulers,
            "Heron.Uploaders", "Heron.Packages", "Heron.Daemons", "Heron.Operations", "Heron.Pages",
        ],
    };

    private static string Row(string project) => project.StartsWith(Schedulers[..^1], StringComparison.Ordinal) ? Schedulers : project;

    private static readonly string[] TopFloor = ["Heron.ApiServer", "Heron.Pages"];

    [Fact]
    public void Every_project_uses_only_floors_below_it()
    {
        foreach (var project in SourceProject.All)
        {
            Assert.True(MayUse.TryGetValue(Row(project.Name), out var allowed), $"{project.Name} has no row in the table of floors");
            var wrong = project.References.Where(reference => !allowed.Contains(Row(reference)));
            Assert.True(!wrong.Any(), $"{project.Name} must not use {string.Join(", ", wrong)}");
        }
    }

    [Fact]
    public void Only_the_top_floor_knows_HTTP_servers() => Assert.All(
        SourceProject.All.Where(p => !TopFloor.Contains(p.Name)),
        p => Assert.False(p.UsesAspNet, $"{p.Name} uses ASP.NET, which is for {string.Join(" and ", TopFloor)} alone"));

    [Fact]
    public void No_project_leaves_the_naming_of_a_delegate_to_the_compiler() => Assert.All(
        SourceProject.All,
        p => Assert.False(
            p.Assembly.MainModule.Types.Any(type => type.Name.StartsWith("<>f__AnonymousDelegate", StringComparison.Ordinal)),
            $"{p.Name} gives a method for a Delegate (a route's handler) that no Func or Action fits, as one with a default for a parameter: the compiler numbers such types in whatever order it meets them, and two builds of a release would differ"));

    [Fact]
    public void Namespaces_of_a_project_form_no_circle()
    {
        var known = File.ReadAllLines(Path.Join(AppContext.BaseDirectory, "known-violations.txt"))
            .Where(l => l.Length > 0 && !l.StartsWith('#')).ToHashSet(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var report = new List<string>();
        foreach (var project in SourceProject.All)
        {
            var graph = new NamespaceGraph(project.Assembly.MainModule, project.Name);
            foreach (var circle in graph.Circles())
            {
                found.UnionWith(circle);
                if (circle.Except(known).ToList() is { Count: > 0 } added)
                {
                    report.Add($"new in a circle of {project.Name}: {string.Join(", ", added)}");
                    report.AddRange(graph.Examples(circle).Where(e => added.Any(n => e.Contains(n + " ") || e.Contains(n + ":"))));
                }
            }
        }

        var stale = known.Except(found);
        report.AddRange(stale.Select(n => $"{n} is in no circle any more: remove its line from known-violations.txt"));
        Assert.True(report.Count == 0, string.Join('\n', report));
    }
}
