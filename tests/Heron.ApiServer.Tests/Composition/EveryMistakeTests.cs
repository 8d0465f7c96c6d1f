// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Composition;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Testing.Parts;

namespace Heron.ApiServer.Tests.Composition;

/// <summary>Whoever sets a part up wrongly is told everything at once, not one mistake a start.</summary>
public class EveryMistakeTests
{
    /// <summary>For each part settings that are wrong, each with words that its mistake has (none: it is right).</summary>
    private static readonly Dictionary<string, (string Key, string? Value, string? Told)[]> Wrong = new(StringComparer.Ordinal)
    {
        ["ZooKeeper"] =
        [
            ("heron.statemgr.connection.string", "host:port", "heron.statemgr.connection.string"),
            ("heron.statemgr.root.path", "heron", "heron.statemgr.root.path"),
            ("heron.statemgr.zookeeper.retry.count", "-1", "heron.statemgr.zookeeper.retry.count"),
        ],
        // There are no more than two settings.
        ["folder state"] =
        [
            ("heron.statemgr.root.path", null, "heron.statemgr.root.path"),
            ("heron.statemgr.localfs.is.initialize.file.tree", "maybe", "heron.statemgr.localfs.is.initialize.file.tree"),
        ],
        ["Nomad"] =
        [
            ("heron.scheduler.local.working.directory", "relative", "heron.scheduler.local.working.directory"),
            ("heron.nomad.scheduler.uri", "https://127.0.0.1:4646", null),
            ("heron.nomad.client.cert", "/does/not/exist.pem", "heron.nomad.client.key"),
            ("heron.nomad.cacert", "/does/not/exist/ca.pem", "/does/not/exist/ca.pem"),
            ("heron.nomad.capath", "/does/not/exist/authorities", "/does/not/exist/authorities"),
            ("heron.containers.logs.runs", "101", "heron.containers.logs.runs"),
            ("heron.containers.logs.ended.hours", "long", "heron.containers.logs.ended.hours"),
        ],
        ["Local"] =
        [
            ("heron.scheduler.local.working.directory", "relative", "heron.scheduler.local.working.directory"),
            ("heron.scheduler.local.kill.grace.secs", "3601", "heron.scheduler.local.kill.grace.secs"),
            ("heron.scheduler.local.restart.backoff.max.ms", "long", "heron.scheduler.local.restart.backoff.max.ms"),
            ("heron.containers.logs.runs", "-1", "heron.containers.logs.runs"),
            ("heron.containers.logs.run.mb", "0", "heron.containers.logs.run.mb"),
            ("heron.containers.logs.ended.hours", "8761", "heron.containers.logs.ended.hours"),
        ],
        // There is no more than one setting.
        ["HTTP"] = [("heron.uploader.http.uri", "ftp://host/", "heron.uploader.http.uri")],
        ["folder"] =
        [
            ("heron.uploader.localfs.file.system.directory", "shared/${NOPE}", "must begin with a slash"),
            ("heron.uploader.localfs.file.system.directory", "shared/${NOPE}", "stand as tokens"),
        ],
        ["S3"] =
        [
            ("heron.uploader.s3.bucket", null, "heron.uploader.s3.bucket"),
            ("heron.uploader.s3.access_key", "key", "heron.uploader.s3.secret_key, or none"),
            ("heron.uploader.s3.aws_profile", "other", "heron.uploader.s3.aws_profile, not both"),
            ("heron.uploader.s3.path_prefix", "a/${NOPE}", "heron.uploader.s3.path_prefix"),
            ("heron.uploader.s3.uri", "ftp://host", "heron.uploader.s3.uri"),
            ("heron.uploader.s3.proxy_uri", "ftp://host", "heron.uploader.s3.proxy_uri"),
        ],
        ["scp"] =
        [
            ("heron.uploader.scp.command.options", null, "heron.uploader.scp.command.options"),
            ("heron.uploader.scp.command.connection", "a b", "heron.uploader.scp.command.connection"),
            ("heron.uploader.ssh.command.options", null, "heron.uploader.ssh.command.options"),
            ("heron.uploader.ssh.command.connection", "-o", "heron.uploader.ssh.command.connection"),
            ("heron.uploader.scp.dir.path", "relative", "heron.uploader.scp.dir.path"),
        ],
    };

    [Theory]
    [InlineData("ZooKeeper")]
    [InlineData("folder state")]
    [InlineData("Nomad")]
    [InlineData("Local")]
    [InlineData("HTTP")]
    [InlineData("folder")]
    [InlineData("S3")]
    [InlineData("scp")]
    public void A_part_tells_all_that_is_wrong_each_once(string name)
    {
        var wrong = Wrong[name];
        var config = new HeronConfig(wrong.DistinctBy(w => w.Key).Select(w => KeyValuePair.Create(w.Key, (object?)w.Value)));

        var mistakes = Parts()[name](config);

        var told = wrong.Select(w => w.Told).OfType<string>().ToList();
        Assert.All(told, words => Assert.Contains(mistakes, mistake => mistake.Contains(words, StringComparison.Ordinal)));
        Assert.Equal(told.Count, mistakes.Count);
    }

    [Fact]
    public void No_part_is_left_out() => Assert.Equal(Parts().Keys.Order(), Wrong.Keys.Order());

    /// <summary>The mistakes in a configuration, by each shipped part with settings.</summary>
    private static Dictionary<string, Func<HeronConfig, IReadOnlyList<string>>> Parts()
    {
        var parts = new Dictionary<string, Func<HeronConfig, IReadOnlyList<string>>>();
        Add(PartCatalog.Shipped.StateManagers, name => name == "folder" ? "folder state" : name);
        Add(PartCatalog.Shipped.Schedulers, name => name);
        Add(PartCatalog.Shipped.Uploaders, name => name);
        return parts;

        void Add<T>(PartList<T> list, Func<string, string> shown)
            where T : class
        {
            foreach (var part in list)
            {
                parts.Add(shown(part.Name), config => TestParts.Mistakes(part, config));
            }
        }
    }
}
