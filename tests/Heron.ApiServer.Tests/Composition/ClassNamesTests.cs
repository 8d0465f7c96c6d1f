using Heron.ApiServer.Composition;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.Tests.Composition;

public sealed class ClassNamesTests
{
    public static TheoryData<string, string, object> Known => new()
    {
        { ConfigKeys.SchedulerClass, "scheduler.nomad.NomadScheduler", SchedulerKind.Nomad },
        { ConfigKeys.SchedulerClass, "scheduler.local.LocalScheduler", SchedulerKind.Local },
        { ConfigKeys.LauncherClass, "scheduler.nomad.NomadLauncher", SchedulerKind.Nomad },
        { ConfigKeys.LauncherClass, "scheduler.local.LocalLauncher", SchedulerKind.Local },
        { ConfigKeys.StateManagerClass, "statemgr.zookeeper.curator.CuratorStateManager", StateManagerKind.ZooKeeper },
        { ConfigKeys.StateManagerClass, "statemgr.localfs.LocalFileSystemStateManager", StateManagerKind.LocalFileSystem },
        { ConfigKeys.UploaderClass, "uploader.http.HttpUploader", UploaderKind.Http },
        { ConfigKeys.UploaderClass, "uploader.localfs.LocalFileSystemUploader", UploaderKind.LocalFileSystem },
        { ConfigKeys.UploaderClass, "uploader.s3.S3Uploader", UploaderKind.S3 },
        { ConfigKeys.UploaderClass, "uploader.scp.ScpUploader", UploaderKind.Scp },
        { ConfigKeys.PackingClass, "packing.roundrobin.RoundRobinPacking", PackingKind.RoundRobin },
        { ConfigKeys.PackingClass, "packing.roundrobin.RoundRobinPackingV2", PackingKind.RoundRobinV2 },
        { ConfigKeys.PackingClass, "packing.roundrobin.ResourceCompliantRRPacking", PackingKind.ResourceCompliantRoundRobin },
        { ConfigKeys.RepackingClass, "packing.binpacking.FirstFitDecreasingPacking", PackingKind.FirstFitDecreasing },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Both_families_of_class_names_mean_the_same(string key, string suffix, object kind)
    {
        Assert.Equal(kind, Look(key, "org.apache.heron." + suffix));
        Assert.Equal(kind, Look(key, "com.twitter.heron." + suffix));
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
    public void All_unknown_classes_are_reported_together()
    {
        var mistakes = new List<string>();
        var config = Good().With(
        [
            new(ConfigKeys.SchedulerClass, "a.B"),
            new(ConfigKeys.UploaderClass, "org.apache.heron.uploader.hdfs.HdfsUploader"),
            new(ConfigKeys.RepackingClass, "c.D"),
        ]);
        Assert.Null(ClassNamesSelection.Select(config, mistakes));
        Assert.Equal(3, mistakes.Count);
    }

    [Fact]
    public void Template_without_a_repacking_class_repacks_as_it_packs()
    {
        var mistakes = new List<string>();
        Assert.Equal(
            new ClassNamesSelection(SchedulerKind.Nomad, StateManagerKind.ZooKeeper, UploaderKind.Http),
            ClassNamesSelection.Select(Good(), mistakes));
        Assert.Empty(mistakes);
        Assert.Equal(PackingKind.RoundRobin, ClassNames.Repacking(Good()));
    }

    [Fact]
    public void Scheduler_and_launcher_must_belong_together()
    {
        var mistakes = new List<string>();
        var config = Good().With([new(ConfigKeys.LauncherClass, "org.apache.heron.scheduler.local.LocalLauncher")]);
        Assert.Null(ClassNamesSelection.Select(config, mistakes));
        Assert.Contains(ConfigKeys.LauncherClass, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    private static HeronConfig Good() => new(
    [
        new(ConfigKeys.SchedulerClass, "com.twitter.heron.scheduler.nomad.NomadScheduler"),
        new(ConfigKeys.LauncherClass, "org.apache.heron.scheduler.nomad.NomadLauncher"),
        new(ConfigKeys.StateManagerClass, "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager"),
        new(ConfigKeys.UploaderClass, "org.apache.heron.uploader.http.HttpUploader"),
        new(ConfigKeys.PackingClass, "org.apache.heron.packing.roundrobin.RoundRobinPacking"),
    ]);

    private static object Look(string key, string name)
    {
        var config = new HeronConfig([new(key, name)]);
        return key switch
        {
            ConfigKeys.SchedulerClass => ClassNames.Scheduler(config),
            ConfigKeys.LauncherClass => ClassNames.Launcher(config),
            ConfigKeys.StateManagerClass => ClassNames.StateManager(config),
            ConfigKeys.UploaderClass => ClassNames.Uploader(config),
            ConfigKeys.PackingClass => ClassNames.Packing(config),
            _ => ClassNames.Repacking(config),
        };
    }
}
