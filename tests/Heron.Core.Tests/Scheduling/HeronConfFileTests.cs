// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;
using Heron.Testing;

namespace Heron.Core.Tests.Scheduling;

public class HeronConfFileTests
{
    private static readonly HeronCoreGeneration Oldest = HeronCoreGeneration.For(new HeronCoreVersion("0.17.3"));
    private static readonly HeronCoreGeneration LastMaster = HeronCoreGeneration.For(new HeronCoreVersion("0.20.1-incubating"));

    [Fact]
    public void The_shipped_templates_are_those_of_the_newest_core_byte_for_byte()
    {
        foreach (var path in Directory.GetFiles(Path.Join(Fixtures.RepositoryRoot, "conf"), "*.yaml", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(path);
            Assert.Equal(text, HeronConfFile.Translate(text, HeronCoreGeneration.Newest));
        }
    }

    [Fact]
    public void Nothing_of_the_newer_names_is_left_for_an_old_core_and_the_way_back_is_exact()
    {
        foreach (var path in Directory.GetFiles(Path.Join(Fixtures.RepositoryRoot, "conf"), "*.yaml", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(path);
            var old = HeronConfFile.Translate(text, LastMaster with { ClassNamePrefix = "com.twitter.heron" });
            Assert.DoesNotContain(
                old.Split('\n').Where(line => !line.TrimStart().StartsWith('#')).Select(line => line.Split(" #")[0]),
                line => line.Contains("org.apache.heron", StringComparison.Ordinal) || line.Contains("tmanager", StringComparison.Ordinal));
            Assert.Equal(text, HeronConfFile.Translate(old, HeronCoreGeneration.Newest));
        }
    }

    [Theory]
    [InlineData("heron.class.state.manager: org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager", "heron.class.state.manager: com.twitter.heron.statemgr.zookeeper.curator.CuratorStateManager")]
    [InlineData("  class: \"org.apache.heron.metricsmgr.sink.tmanager.TManagerSink\"\r", "  class: \"com.twitter.heron.metricsmgr.sink.tmaster.TMasterSink\"\r")]
    [InlineData("  - tmanager-sink", "  - tmaster-sink")]
    [InlineData("tmanager-sink:", "tmaster-sink:")]
    [InlineData("heron.tmanager.network.server.options.maximum.packet.mb: 16", "heron.tmaster.network.master.options.maximum.packet.mb: 16")]
    [InlineData("heron.streammgr.client.reconnect.tmanager.max.attempts: 30", "heron.streammgr.client.reconnect.max.attempts: 30")]
    [InlineData("heron.logging.directory: /var/tmanager/logs", "heron.logging.directory: /var/tmanager/logs")]
    [InlineData("# heron.tmanager.x: org.apache.heron.X", "# heron.tmanager.x: org.apache.heron.X")]
    [InlineData("my.class: org.apache.heronia.Thing", "my.class: org.apache.heronia.Thing")]
    public void Names_are_those_of_the_core_and_nothing_else_changes(string line, string old) =>
        Assert.Equal(old, HeronConfFile.Translate(line, Oldest));
}
