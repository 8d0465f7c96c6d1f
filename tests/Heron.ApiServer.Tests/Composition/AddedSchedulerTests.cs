// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Scheduler.Noting;
using Heron.Testing;
using Heron.Testing.Parts;
using Heron.Testing.Scheduling;

namespace Heron.ApiServer.Tests.Composition;

/// <summary>A scheduler that somebody adds: the example of docs/contributing.md, held to what every scheduler owes.</summary>
public sealed class AddedSchedulerTests : SchedulerConformance
{
    protected override Task<ISchedulerStage> OpenStageAsync() => Task.FromResult<ISchedulerStage>(new NotingStage());

    [Fact]
    public async Task One_line_in_the_list_is_all_that_a_server_needs_to_use_it()
    {
        var folder = Directory.CreateTempSubdirectory("heron-noting-").FullName;
        var notes = Path.Join(folder, "notes");
        var options = new ServerOptions
        {
            Cluster = "nomad",
            TemplateDirectory = Fixtures.Reference("templates", "nomad-raw"),
            Overrides = new Dictionary<string, string>
            {
                [ConfigKeys.SchedulerClass] = "org.apache.heron.scheduler.noting.NotingScheduler",
                [ConfigKeys.LauncherClass] = "org.apache.heron.scheduler.noting.NotingLauncher",
                [NotingPart.FileKey] = notes,
                [ConfigKeys.UploaderClass] = "org.apache.heron.uploader.http.HttpUploader",
                [ConfigKeys.StateManagerClass] = "org.apache.heron.statemgr.localfs.LocalFileSystemStateManager",
                [ConfigKeys.StatemgrRootPath] = Path.Join(folder, "state"),
                ["heron.apiserver.http.file.system.directory"] = Path.Join(folder, "store"),
                [ConfigKeys.CorePackageUri] = "http://127.0.0.1/core.tar.gz",
            },
        };
        var catalog = PartCatalog.Shipped with { Schedulers = PartCatalog.Shipped.Schedulers.With(NotingPart.Scheduler) };
        await using (var server = await InProcessServer.StartAsync(options, catalog))
        {
            var submitted = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(Forms.Submission()), Token);
            Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync(Token));
            Assert.StartsWith("add\tnomad\tads\tdevel\texclamation\t", Assert.Single(await File.ReadAllLinesAsync(notes, Token)), StringComparison.Ordinal);
        }

        Scratch.Delete(folder);
    }

    [Fact]
    public void Its_mistakes_are_told_with_all_others() => Assert.Contains(
        NotingPart.FileKey, Assert.Single(TestParts.Mistakes(NotingPart.Scheduler, HeronConfig.Empty)), StringComparison.Ordinal);

    [Fact]
    public void The_guide_shows_the_descriptor_as_it_is_compiled() => Assert.Contains(
        File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, "tests", "Heron.Scheduler.Noting", "NotingPart.cs")).Trim(),
        File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, "docs", "contributing.md")),
        StringComparison.Ordinal);

    private sealed class NotingStage : ISchedulerStage
    {
        private readonly string _file = Path.Join(Directory.CreateTempSubdirectory("heron-noting-").FullName, "notes");

        public async Task<IScheduler> OpenAsync()
        {
            var scheduler = TestParts.Make(NotingPart.Scheduler, new HeronConfig([new(NotingPart.FileKey, _file)]));
            await scheduler.StartAsync(Token);
            return scheduler;
        }

        public TopologyDeployment Deployment(string name, int containers, string role = "ops")
        {
            var identity = new TopologyIdentity("nomad", role, "devel", name, name + "-0001");
            var resource = new Resource(1, Heron.Core.ByteAmount.FromMegabytes(1), Heron.Core.ByteAmount.FromMegabytes(1));
            return new TopologyDeployment(
                identity,
                new Heron.Core.Protobuf.Topology { Name = name, Id = identity.Id },
                new PackingPlan(identity.Id, [.. Enumerable.Range(1, containers).Select(id => new ContainerPlan(id, [], resource))]),
                new EffectiveConfig(HeronConfig.Empty, HeronConfig.Empty),
                new PublishedPackage("http://127.0.0.1/topology.tar.gz", null),
                "a.defn",
                "a.jar",
                HeronCoreVersion.Newest);
        }

        public async Task RunsAsync(TopologyIdentity topology, params int[] containers)
        {
            await using var scheduler = await OpenAsync();
            Assert.Equal(containers, await scheduler.ListContainersAsync(topology, Token));
        }

        public async Task<bool> LoseAsync(TopologyIdentity topology, int container)
        {
            await using var scheduler = await OpenAsync();
            await scheduler.RemoveContainersAsync(topology, [container], Token);
            return true;
        }

        public ValueTask DisposeAsync()
        {
            Scratch.Delete(Path.GetDirectoryName(_file)!);
            return ValueTask.CompletedTask;
        }
    }
}
