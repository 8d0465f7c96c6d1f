// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Security;

public sealed class CredentialTests(SingleServer shared)
{
    [Fact]
    public async Task Digest_credentials_open_what_their_ACL_closes_also_after_a_reconnect()
    {
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using ZooKeeperClient stranger = await shared.ClientAsync();
        ZooKeeperOptions options = stranger.Options with
        {
            Servers = ConnectionString.Parse(proxy.ConnectionString + stranger.Options.Servers.Chroot),
            AllowPlainTextCredentials = true,
            Credentials = [ZooKeeperCredential.Digest("heron", "s3cret:with colon")],
        };
        await using ZooKeeperClient owner = ZooKeeperClient.Start(options);
        await owner.CreateAsync("/mine", "x"u8.ToArray(), acl: Acl.CreatorAll);
        NodeAcl acl = await owner.GetAclAsync("/mine");
        Assert.Equal([Acl.Digest(Permissions.All, "heron", "s3cret:with colon")], acl.Entries);
        Assert.Equal(ErrorCode.NoAuth, (await Assert.ThrowsAsync<ZooKeeperServerException>(() => stranger.GetDataAsync("/mine"))).Code);
        proxy.CutAll();
        await owner.Feed(s => s.Connections == 2);
        Assert.Equal("x"u8.ToArray(), (await owner.GetDataAsync("/mine")).Data);
        await SessionKiller.KillAsync(owner, shared.Server.Port);
        await owner.Feed(s => s.Epoch == 1 && s.State == SessionState.Connected);
        await owner.SetDataAsync("/mine", "y"u8.ToArray());
        await owner.SetAclAsync("/mine", [.. Acl.CreatorAll, .. Acl.ReadOnly], 0);
        Assert.Equal("y"u8.ToArray(), (await stranger.GetDataAsync("/mine")).Data);
        Assert.Equal(ErrorCode.NoAuth, (await Assert.ThrowsAsync<ZooKeeperServerException>(() => stranger.SetDataAsync("/mine", default))).Code);
    }

    [Fact]
    public async Task The_auth_scheme_without_credentials_is_no_valid_ACL()
    {
        await using ZooKeeperClient client = await shared.ClientAsync();
        ZooKeeperException e = await Assert.ThrowsAsync<ZooKeeperServerException>(() => client.CreateAsync("/a", acl: Acl.CreatorAll));
        Assert.Equal(ErrorCode.InvalidAcl, e.Code);
        Assert.Contains("credentials", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_credentials_without_TLS_are_refused_unless_allowed()
    {
        ZooKeeperOptions options = ZooKeeperOptions.For("localhost") with { Credentials = [ZooKeeperCredential.Digest("u", "p")] };
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => ZooKeeperClient.Start(options));
        Assert.Contains(nameof(ZooKeeperOptions.AllowPlainTextCredentials), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_do_not_show_in_text()
    {
        ZooKeeperOptions options = ZooKeeperOptions.For("localhost") with { Credentials = [ZooKeeperCredential.Digest("heron", "s3cret")] };
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", options.Credentials[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Acl.Digest(Permissions.All, "heron", "s3cret").ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ZooKeeperCredential.Digest("a:b", "c"));
    }
}
