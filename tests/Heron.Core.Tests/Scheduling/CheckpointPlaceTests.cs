// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Testing;

namespace Heron.Core.Tests.Scheduling;

public sealed class CheckpointPlaceTests : IDisposable
{
    private readonly string _template = Directory.CreateTempSubdirectory("heron-template-").FullName;

    public void Dispose() => Directory.Delete(_template, recursive: true);

    [Theory]
    [InlineData("./checkpoints")]
    [InlineData("checkpoints")]
    [InlineData("")]
    public void A_place_that_every_start_of_the_container_empties_is_told(string path) =>
        Assert.Contains("lost at every restart", Warning(Stateful(path), nodesAreHere: true), StringComparison.Ordinal);

    [Theory]
    [InlineData("/mnt/shared/checkpoints")]
    [InlineData("~/.herondata/checkpoints")]
    public void A_place_on_each_node_is_told_unless_the_nodes_share_it(string path)
    {
        Assert.Contains("another node", Warning(Stateful(path), nodesAreHere: false), StringComparison.Ordinal);
        Assert.Null(Warning(Stateful(path), nodesAreHere: true));
        Assert.Null(Warning(Stateful(path) + $"{CheckpointPlace.SharedKey}: true\n", nodesAreHere: false));
    }

    [Fact]
    public void Other_storages_keep_checkpoints_elsewhere() => Assert.Null(Warning(
        "heron.statefulstorage.classname: org.apache.heron.statefulstorage.hdfs.HDFSStorage\n", nodesAreHere: false));

    [Theory]
    [InlineData("local")]
    [InlineData("nomad")]
    [InlineData("standalone")]
    public void The_shipped_templates_name_a_place_that_outlives_a_container(string template) => Assert.DoesNotContain(
        "lost at every restart",
        Warning(File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, "conf", template, "stateful.yaml")), nodesAreHere: false) ?? "",
        StringComparison.Ordinal);

    private static string Stateful(string path) =>
        $"heron.statefulstorage.classname: org.apache.heron.statefulstorage.localfs.LocalFileSystemStorage\n"
        + $"heron.statefulstorage.config:\n  heron.statefulstorage.localfs.root.path: '{path}'\n";

    private string? Warning(string stateful, bool nodesAreHere)
    {
        File.WriteAllText(Path.Join(_template, "stateful.yaml"), stateful);
        var configuration = ConfigurationLoader.Load(new ConfigurationSources
        {
            TemplateDirectory = _template,
            Cluster = "nomad",
            Environment = new HostEnvironment("/home/heron", null),
        });
        return CheckpointPlace.Warning(configuration.ForRequest([], []).Local, nodesAreHere);
    }
}
