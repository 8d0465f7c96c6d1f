// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Pages.Tests.Support;
using Heron.Testing;
using static Microsoft.Playwright.Assertions;

namespace Heron.Pages.Tests;

/// <summary>Whatever other servers and programs have written into the state is text on the page.</summary>
public sealed class HostileTextTests(PagesWorld world)
{
    private const string Hostile = "\"><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'<";

    [Fact]
    public async Task Nothing_of_a_log_an_output_a_name_of_a_file_or_folder_a_stream_or_what_is_typed_in_runs_or_breaks_out()
    {
        await world.SubmitAsync("HostileRun", topology =>
        {
            topology.Spouts[0].Outputs[0].Stream.Id = Hostile;
            topology.Bolts[0].Inputs[0].Stream.Id = Hostile;
        });
        await world.UntilAsync("HostileRun", "RUNNING");
        var file = Hostile.Replace('/', ':') + ".log";
        await File.WriteAllTextAsync(Path.Join(world.FolderOf("HostileRun"), file), string.Join('\n', Hostile, "\u001b[31m\u202e\0", Hostile));
        Directory.CreateDirectory(Path.Join(world.FolderOf("HostileRun"), "log-files", Hostile.Replace('/', ':')));
        var page = await world.OpenAsync("/topologies/HostileRun");

        // Metrics are named after their streams.
        await Expect(page.Locator("#graph .edge .rate").First).ToBeVisibleAsync();
        var name = Uri.EscapeDataString(file);
        foreach (var path in new[]
        {
            "", "/containers/1", "/containers/1?file=" + name, "/containers/1?grep=" + Uri.EscapeDataString(Hostile) + "&file=" + name, "/containers/1?path=" + name, "/containers/1?path=log-files",
            "/containers/1/tools?tool=histo&instance=" + name, "/figures?component=" + name, "/exceptions", "/history",
        })
        {
            await page.GotoAsync("/topologies/HostileRun" + path);
            Assert.Equal(0, await page.Locator("img[src=x], script:not([src])").CountAsync());

            // A title may name the instance that was asked for, and holds its text then.
            Assert.NotEqual("taken", await page.TitleAsync());
            if (path.Contains("file=", StringComparison.Ordinal))
            {
                Assert.Contains(Hostile, await page.Locator("#log").TextContentAsync(), StringComparison.Ordinal);
            }

            await Rules.AssertAccessibleAsync(page, path);
            await Rules.AssertFitsAsync(page, path);
        }

        // What is printed while a page is open is taken in by its script.
        await page.GotoAsync("/topologies/HostileRun/containers/1?output=stdout");
        await File.AppendAllTextAsync(world.FolderOf("HostileRun") + ".stdout", "\u001b]0;taken\a\n" + Hostile + "\n");
        await Expect(page.Locator("#log")).ToContainTextAsync(Hostile);
        Assert.Equal(0, await page.Locator("img[src=x], script:not([src])").CountAsync());
        Assert.NotEqual("taken", await page.TitleAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Nothing_of_a_name_or_setting_runs_or_breaks_out()
    {
        const string Name = "Hostile<b>&amp;\"'";
        var definition = Topology.Parser.ParseFrom(
            await File.ReadAllBytesAsync(Fixtures.Reference("topologies", "sentence-word-count.defn")));
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
        foreach (var path in new[] { "/?q=Hostile", root, root + "/containers", root + "/containers/1", root + "/configuration", root + "/figures", root + "/exceptions", "/history", "/server", root + "/history", root + "/packages", root + "/actions" })
        {
            var page = await world.OpenAsync(path);
            Assert.Equal(0, await page.Locator("img[src=x], script:not([src]), b:has-text('amp')").CountAsync());
            Assert.DoesNotContain("taken", await page.TitleAsync(), StringComparison.Ordinal);
            Assert.Contains(path.StartsWith(root, StringComparison.Ordinal) || path[1] == '?' ? Name : "", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
            await Rules.AssertAccessibleAsync(page, path);
            await page.Context.CloseAsync();
        }

        using var search = await world.Http.GetAsync("/?q=" + Uri.EscapeDataString(Hostile) + "&state=" + Uri.EscapeDataString(Hostile));
        Assert.DoesNotContain("<img src=x", await search.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
