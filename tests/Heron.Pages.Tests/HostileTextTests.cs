using Heron.Core.Protobuf;
using Heron.Pages.Tests.Support;

namespace Heron.Pages.Tests;

/// <summary>Whatever other servers and programs have written into the state is text on the page.</summary>
public sealed class HostileTextTests(PagesWorld world)
{
    private const string Hostile = "\"><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'<";

    [Fact]
    public async Task Nothing_of_a_name_or_setting_runs_or_breaks_out()
    {
        const string Name = "Hostile<b>&amp;\"'";
        var definition = Topology.Parser.ParseFrom(
            await File.ReadAllBytesAsync(Heron.Testing.Fixtures.Reference("topologies", "sentence-word-count.defn")));
        definition.Name = Name;
        definition.Id = Name + "1";
        var spout = definition.Spouts[0].Comp.Name;
        definition.Spouts[0].Comp.Name = Hostile;
        foreach (var input in definition.Bolts.SelectMany(b => b.Inputs))
        {
            input.Stream.ComponentName = input.Stream.ComponentName == spout ? Hostile : input.Stream.ComponentName;
            input.Stream.Id = Hostile;
        }

        definition.TopologyConfig.Kvs.Add(
            new Config.Types.KeyValue { Key = Hostile, Value = Hostile, Type = ConfigValueType.StringValue });
        new StoredTopology(world.StateFolder).WriteAll(definition, new ExecutionState
        {
            TopologyName = Name,
            TopologyId = definition.Id,
            Cluster = "local",
            Role = Hostile,
            Environ = Hostile,
            SubmissionUser = Hostile,
            ReleaseState = new HeronReleaseState { ReleaseVersion = Hostile },
        });
        var root = "/topologies/" + Uri.EscapeDataString(Name);
        foreach (var path in new[] { "/?q=Hostile", root, root + "/containers", root + "/containers/1", root + "/configuration", root + "/history", root + "/packages", root + "/actions" })
        {
            var page = await world.OpenAsync(path);
            Assert.Equal(0, await page.Locator("img[src=x], script:not([src]), b:has-text('amp')").CountAsync());
            Assert.DoesNotContain("taken", await page.TitleAsync(), StringComparison.Ordinal);
            Assert.Contains(Name, await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
            await Rules.AssertAccessibleAsync(page, path);
            await page.Context.CloseAsync();
        }

        using var search = await world.Http.GetAsync("/?q=" + Uri.EscapeDataString(Hostile) + "&state=" + Uri.EscapeDataString(Hostile));
        Assert.DoesNotContain("<img src=x", await search.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
