// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Testing.Parts;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper.Tests;

public class ZooKeeperStateOptionsTests
{
    [Fact]
    public void Defaults_are_those_of_the_reference()
    {
        var options = From(new("heron.statemgr.connection.string", "127.0.0.1:2181"), new("heron.statemgr.root.path", "/heron"));

        Assert.Equal("/heron", options.RootPath);
        Assert.Equal("127.0.0.1:2181", options.Client.Servers.ToString());
        Assert.True(options.InitializeTree);
        Assert.Equal(10, options.RetryCount);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Client.SessionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Client.OperationTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Client.MaxReconnectDelay);
        Assert.Equal([new Acl(Permissions.All, "world", "anyone")], options.Acl);
        Assert.Null(options.Client.Tls);
        Assert.Empty(options.Client.Credentials);
    }

    [Fact]
    public void Every_setting_counts()
    {
        var options = From(
            new("heron.statemgr.connection.string", "zk1:2181,zk2:2182/chroot"),
            new("heron.statemgr.root.path", "/other"),
            new("heron.statemgr.zookeeper.is.initialize.tree", "False"),
            new("heron.statemgr.zookeeper.session.timeout.ms", 12_000),
            new("heron.statemgr.zookeeper.connection.timeout.ms", "7000"),
            new("heron.statemgr.zookeeper.retry.count", 3),
            new("heron.statemgr.zookeeper.retry.interval.ms", 50),
            new("heron.statemgr.zookeeper.jute.maxbuffer", 4_000_000),
            new("heron.statemgr.zookeeper.acl", "world:anyone:r, digest:heron:aGFzaA==:crwda"));

        Assert.Equal("/chroot", options.Client.Servers.Chroot);
        Assert.Equal(2, options.Client.Servers.Hosts.Count);
        Assert.False(options.InitializeTree);
        Assert.Equal(TimeSpan.FromSeconds(12), options.Client.SessionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(7), options.Client.OperationTimeout);
        Assert.Equal(3, options.RetryCount);
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.Client.ReconnectDelay);
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.Client.MaxReconnectDelay);
        Assert.Equal(4_000_000, options.Client.MaxFrameBytes);
        Assert.Equal(
            [new Acl(Permissions.Read, "world", "anyone"), new Acl(Permissions.All, "digest", "heron:aGFzaA==")], options.Acl);
    }

    [Theory]
    [InlineData("heron.statemgr.connection.string", "host:port")]
    [InlineData("heron.statemgr.connection.string", "")]
    [InlineData("heron.statemgr.connection.string", "a/chroot,b/chroot")]
    [InlineData("heron.statemgr.root.path", "")]
    [InlineData("heron.statemgr.root.path", "heron")]
    [InlineData("heron.statemgr.root.path", "/a//b")]
    [InlineData("heron.statemgr.root.path", "/a/../b")]
    [InlineData("heron.statemgr.zookeeper.session.timeout.ms", "0")]
    [InlineData("heron.statemgr.zookeeper.connection.timeout.ms", "soon")]
    [InlineData("heron.statemgr.zookeeper.retry.count", "-1")]
    [InlineData("heron.statemgr.zookeeper.retry.interval.ms", "99999999999")]
    [InlineData("heron.statemgr.zookeeper.connection.timeout.ms", "2147483647")]
    [InlineData("heron.statemgr.zookeeper.is.initialize.tree", "maybe")]
    [InlineData("heron.statemgr.zookeeper.acl", "world:anyone")]
    [InlineData("heron.statemgr.zookeeper.acl", "world:anyone:x")]
    [InlineData("heron.statemgr.zookeeper.auth.digest.file", "/does/not/exist")]
    public void A_wrong_setting_is_refused_by_its_name(string key, string value)
    {
        var error = Assert.Throws<HeronException>(() => From(
            [new("heron.statemgr.connection.string", "a:1"), new("heron.statemgr.root.path", "/heron"), new(key, value)]));

        Assert.Equal(FaultKind.Invalid, error.Kind);
        Assert.Contains(key, error.Message);
    }

    [Fact]
    public void All_wrong_settings_are_told_at_once()
    {
        string[] keys =
        [
            "heron.statemgr.connection.string", "heron.statemgr.root.path", "heron.statemgr.zookeeper.session.timeout.ms",
            "heron.statemgr.zookeeper.connection.timeout.ms", "heron.statemgr.zookeeper.retry.count",
            "heron.statemgr.zookeeper.retry.interval.ms", "heron.statemgr.zookeeper.jute.maxbuffer",
            "heron.statemgr.zookeeper.is.initialize.tree", "heron.statemgr.zookeeper.auth.digest.file",
        ];
        var wrong = keys.Select(key => KeyValuePair.Create(key, (object?)"wrong:port"))
            .Append(new("heron.statemgr.zookeeper.acl", "world:anyone:r,first,second"));

        var lines = Assert.Throws<HeronException>(() => From([.. wrong])).Message.Split('\n');

        Assert.Equal(keys.Length + 2, lines.Length);
        Assert.All(keys, key => Assert.Contains(lines, line => line.Contains(key)));
        Assert.Contains(lines, line => line.Contains("'first'"));
        Assert.Contains(lines, line => line.Contains("'second'"));
    }

    [Fact]
    public void A_password_is_not_sent_readable_unless_that_is_accepted()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "heron:se:cret\n");
            KeyValuePair<string, object?>[] settings =
            [
                new("heron.statemgr.connection.string", "a:1"),
                new("heron.statemgr.root.path", "/heron"),
                new("heron.statemgr.zookeeper.auth.digest.file", file),
            ];

            var error = Assert.Throws<HeronException>(() => From(settings));
            Assert.Contains("heron.statemgr.zookeeper.auth.digest.allow.plaintext", error.Message);

            var accepted = From([.. settings, new("heron.statemgr.zookeeper.auth.digest.allow.plaintext", true)]);
            Assert.Equal("digest", Assert.Single(accepted.Client.Credentials).Scheme);

            File.WriteAllText(file, "no colon\n");
            Assert.Contains("user:password", Assert.Throws<HeronException>(() => From(settings)).Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Certificates_that_cannot_be_read_are_told() =>
        Assert.Contains(
            "heron.statemgr.zookeeper.ssl",
            Assert.Throws<HeronException>(() => From(
                new("heron.statemgr.connection.string", "a:1"),
                new("heron.statemgr.root.path", "/heron"),
                new("heron.statemgr.zookeeper.ssl.enabled", "true"),
                new("heron.statemgr.zookeeper.ssl.ca.file", "/does/not/exist.pem"))).Message);

    private static ZooKeeperStateOptions From(params KeyValuePair<string, object?>[] values)
    {
        var last = new Dictionary<string, object?>();
        foreach (var (key, value) in values)
        {
            last[key] = value;
        }

        return TestParts.Read(findings => ZooKeeperStateOptions.Read(new HeronConfig(last), findings))!;
    }
}
