// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Core.Tests.Scheduling;

public class HeronCoreGenerationTests
{
    [Theory]
    [InlineData("0.17.2", "0.17.0")]
    [InlineData("0.17.3", "0.17.0")]
    [InlineData("0.17.7", "0.17.0")]
    [InlineData("0.17.8", "0.17.8")]
    [InlineData("0.17.8.11", "0.17.8")]
    [InlineData("0.17.9", "0.17.8")]
    [InlineData("0.18.0.1", "0.18.0")]
    [InlineData("0.19.0.1", "0.18.0")]
    [InlineData("0.19.0.2", "0.19.0.2")]
    [InlineData("0.19.0.5", "0.19.0.2")]
    [InlineData("0.19.0.6", "0.19.0.6")]
    [InlineData("0.19.0.15", "0.19.0.6")]
    [InlineData("v-0.20.0-incubating-candidate-2", "0.19.0.6")]
    [InlineData("0.20.1-incubating", "0.19.0.6")]
    [InlineData("0.20.3-incubating-rc7", "0.19.0.6")]
    [InlineData("0.20.3-incubating-rc8", "0.20.3-incubating-rc8")]
    [InlineData("0.20.3-incubating-rc10", "0.20.3-incubating-rc8")]
    [InlineData("0.20.3-incubating", "0.20.3-incubating-rc8")]
    [InlineData("0.20.4-incubating-rc1", "0.20.4-incubating-rc1")]
    [InlineData("0.20.5-incubating", "0.20.4-incubating-rc1")]
    [InlineData("0.21.2-incubating-line", "0.20.4-incubating-rc1")]
    [InlineData("master-build", "0.20.4-incubating-rc1")]
    [InlineData("0.13.1", "0.17.0")]
    public void A_release_belongs_to_the_last_generation_not_newer_than_itself(string release, string since) =>
        Assert.Equal(since, HeronCoreGeneration.For(new HeronCoreVersion(release)).Since.Text);

    [Fact]
    public void Generations_are_listed_oldest_first()
    {
        var versions = HeronCoreGeneration.All.Select(g => g.Since).ToList();
        Assert.Equal(versions.Order(), versions);
    }

    [Fact]
    public void Port_labels_are_those_of_the_release()
    {
        Assert.Equal(
            "master tmaster_ctl tmaster_stats shell_port metrics_mgr scheduler metrics_cache_m metrics_cache_s ckptmgr",
            Labels("0.17.8"));
        Assert.Equal(
            "server tmanager_ctl tmanager_stats shell_port metrics_mgr scheduler metrics_cache_m metrics_cache_s ckptmgr",
            Labels("0.20.5"));
    }

    private static string Labels(string release) =>
        string.Join(' ', HeronCoreGeneration.For(new HeronCoreVersion(release)).Ports.Select(p => p.Label));
}
