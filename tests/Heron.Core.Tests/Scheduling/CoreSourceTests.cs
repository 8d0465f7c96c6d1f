// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Scheduling;

namespace Heron.Core.Tests.Scheduling;

public sealed class CoreSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-core-source-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("http://example.org/heron-core.tar.gz")]
    [InlineData("HTTPS://example.org/x?y=z")]
    [InlineData("file:///opt/heron-core.tar.gz")]
    public void A_package_that_the_start_script_can_fetch_is_fine(string uri) =>
        Assert.Null(Mistake(nodesAreHere: false, (ConfigKeys.CorePackageUri, uri)));

    [Theory]
    [InlineData("")]
    [InlineData("/opt/heron-core.tar.gz")]
    [InlineData("example.org/heron-core.tar.gz")]
    [InlineData("hdfs://namenode/heron-core.tar.gz")]
    [InlineData("s3://bucket/heron-core.tar.gz")]
    [InlineData("http://")]
    [InlineData("file://host")]
    [InlineData("http://example.org/a b")]
    [InlineData("./heron-core.tar.gz")]
    public void A_package_that_no_container_could_fetch_is_told_by_the_setting(string uri) =>
        Assert.Contains(
            ConfigKeys.CorePackageUri, Mistake(nodesAreHere: false, (ConfigKeys.CorePackageUri, uri)), StringComparison.Ordinal);

    [Fact]
    public void Without_any_the_three_ways_to_set_one_are_told()
    {
        var mistake = Mistake(nodesAreHere: false);
        Assert.Contains("--heron-core-package-path", mistake, StringComparison.Ordinal);
        Assert.Contains(ConfigKeys.CorePackageUri, mistake, StringComparison.Ordinal);
        Assert.Contains(ConfigKeys.CorePackageDirectory, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_is_looked_at_where_the_nodes_are_this_machine_and_only_there()
    {
        (string, object)[] missing = [(ConfigKeys.UseCorePackageUri, false), (ConfigKeys.CorePackageDirectory, _folder + "/none")];
        Assert.Null(Mistake(nodesAreHere: false, missing));
        Assert.Contains(_folder + "/none", Mistake(nodesAreHere: true, missing), StringComparison.Ordinal);
        Assert.Null(Mistake(nodesAreHere: true, (ConfigKeys.UseCorePackageUri, false), (ConfigKeys.CorePackageDirectory, _folder)));
        Assert.Contains(
            "no file", Mistake(nodesAreHere: true, (ConfigKeys.CorePackageUri, $"file://{_folder}/none.tar.gz")), StringComparison.Ordinal);
        Assert.Contains(
            "absolute", Mistake(nodesAreHere: false, (ConfigKeys.UseCorePackageUri, false), (ConfigKeys.CorePackageDirectory, "heron-core")), StringComparison.Ordinal);
    }

    private static string? Mistake(bool nodesAreHere, params (string Key, object Value)[] settings)
    {
        var config = new HeronConfig(settings.Select(s => KeyValuePair.Create(s.Key, (object?)s.Value)));
        return CoreSource.Mistake(config, key => config.Get(key) is not null, nodesAreHere);
    }
}
