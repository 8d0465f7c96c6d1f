// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Composition;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.ApiServer.Tests.Composition;

public sealed class PartCatalogTests
{
    public static TheoryData<string, string, string> Known => new()
    {
        { ConfigKeys.SchedulerClass, "scheduler.nomad.NomadScheduler", "Nomad" },
        { ConfigKeys.SchedulerClass, "scheduler.local.LocalScheduler", "Local" },
        { ConfigKeys.StateManagerClass, "statemgr.zookeeper.curator.CuratorStateManager", "ZooKeeper" },
        { ConfigKeys.StateManagerClass, "statemgr.localfs.LocalFileSystemStateManager", "folder" },
        { ConfigKeys.UploaderClass, "uploader.http.HttpUploader", "HTTP" },
        { ConfigKeys.UploaderClass, "uploader.localfs.LocalFileSystemUploader", "folder" },
        { ConfigKeys.UploaderClass, "uploader.s3.S3Uploader", "S3" },
        { ConfigKeys.UploaderClass, "uploader.scp.ScpUploader", "scp" },
        { ConfigKeys.PackingClass, "packing.roundrobin.RoundRobinPacking", "RoundRobinPacking" },
        { ConfigKeys.PackingClass, "packing.roundrobin.RoundRobinPackingV2", "RoundRobinPackingV2" },
        { ConfigKeys.PackingClass, "packing.roundrobin.ResourceCompliantRRPacking", "ResourceCompliantRRPacking" },
        { ConfigKeys.RepackingClass, "packing.binpacking.FirstFitDecreasingPacking", "FirstFitDecreasingPacking" },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Both_families_of_class_names_mean_the_same(string key, string suffix, string part)
    {
        Assert.Equal(part, Look(key, "org.apache.heron." + suffix));
        Assert.Equal(part, Look(key, "com.twitter.heron." + suffix));
    }

    [Theory]
    [InlineData("org.apache.heron.scheduler.aurora.AuroraScheduler")]
    [InlineData("scheduler.nomad.NomadScheduler")]
    [InlineData("org.apache.heron.scheduler.nomad.nomadscheduler")]
    [InlineData("org.apache.heron.")]
    [InlineData("")]
    public void Unknown_class_is_refused_with_a_list_of_the_known_ones(string name)
    {
        var fault = Assert.Throws<HeronException>(() => Look(ConfigKeys.SchedulerClass, name));
        Assert.Contains(ConfigKeys.SchedulerClass, fault.Message, StringComparison.Ordinal);
        Assert.Contains("org.apache.heron.scheduler.nomad.NomadScheduler", fault.Message, StringComparison.Ordinal);
        Assert.Contains("org.apache.heron.scheduler.local.LocalScheduler", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_unknown_classes_are_reported_together() => Assert.Equal(3, Mistakes(
        (ConfigKeys.SchedulerClass, "a.B"),
        (ConfigKeys.UploaderClass, "org.apache.heron.uploader.hdfs.HdfsUploader"),
        (ConfigKeys.RepackingClass, "c.D")).Count);

    [Fact]
    public void Template_without_a_repacking_class_repacks_as_it_packs()
    {
        Assert.Empty(Mistakes());
        Assert.Equal(ConfigKeys.PackingClass, PackingParts.RepackingKey(Good()));
    }

    [Fact]
    public void Scheduler_and_launcher_must_belong_together()
    {
        var mistake = Assert.Single(Mistakes((ConfigKeys.LauncherClass, "org.apache.heron.scheduler.local.LocalLauncher")));
        Assert.Contains(ConfigKeys.LauncherClass, mistake, StringComparison.Ordinal);
        Assert.EndsWith("set both to Nomad or both to Local", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("com.twitter.heron.")]
    [InlineData("org.apache.heron.")]
    public void Launchers_count_in_both_families_too(string family) =>
        Assert.Empty(Mistakes((ConfigKeys.LauncherClass, family + "scheduler.nomad.NomadLauncher")));

    private static IReadOnlyList<string> Mistakes(params (string Key, object? Value)[] settings)
    {
        var findings = new Findings();
        var config = Good().With(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        ChosenParts.Choose(PartCatalog.Shipped, config, findings);
        PackingAlgorithms.Read(PartCatalog.Shipped.Packings, Heron.Testing.Parts.TestParts.Settings(config), findings);
        return findings.Mistakes;
    }

    private static HeronConfig Good() => new(
    [
        new(ConfigKeys.SchedulerClass, "com.twitter.heron.scheduler.nomad.NomadScheduler"),
        new(ConfigKeys.LauncherClass, "org.apache.heron.scheduler.nomad.NomadLauncher"),
        new(ConfigKeys.StateManagerClass, "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager"),
        new(ConfigKeys.UploaderClass, "org.apache.heron.uploader.http.HttpUploader"),
        new(ConfigKeys.PackingClass, "org.apache.heron.packing.roundrobin.RoundRobinPacking"),
    ]);

    private static string Look(string key, string name)
    {
        var config = new HeronConfig([new(key, name)]);
        return key switch
        {
            ConfigKeys.SchedulerClass => PartCatalog.Shipped.Schedulers.Find(config).Name,
            ConfigKeys.StateManagerClass => PartCatalog.Shipped.StateManagers.Find(config).Name,
            ConfigKeys.UploaderClass => PartCatalog.Shipped.Uploaders.Find(config).Name,
            _ => PartCatalog.Shipped.Packings.Find(config, key).Name,
        };
    }
}
