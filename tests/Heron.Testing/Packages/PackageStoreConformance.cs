// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;
using Xunit;

namespace Heron.Testing.Packages;

/// <summary>A package store under test, with the servers that have it open.</summary>
public interface IPackageStoreStage : IAsyncDisposable
{
    /// <summary>The store as one server process sees it, under whose number its packages are published.</summary>
    /// <returns>Another one with every call, over the same packages.</returns>
    IStoreServer Open();

    /// <summary>Ends all servers in good order.</summary>
    void Close();

    /// <summary>How many files there are, finished or not, without what running servers keep for themselves.</summary>
    int Files { get; }
}

/// <summary>One server process with the store.</summary>
public interface IStoreServer
{
    /// <summary>The contract.</summary>
    IPackageStore Store { get; }

    /// <summary>The number of this server process.</summary>
    string Instance { get; }

    /// <summary>Publishes a package.</summary>
    /// <param name="content">What is in it.</param>
    /// <param name="topologyId">Whose it is; null for an upload that tells of none.</param>
    /// <returns>The URI under which nodes fetch it.</returns>
    string Publish(string content, string? topologyId);

    /// <summary>What a node gets; null when there is nothing.</summary>
    string? Fetch(string uri);
}

/// <summary>What every package store owes those who clean up: kill, undo and recovery.</summary>
public abstract class PackageStoreConformance : IAsyncLifetime
{
    private IPackageStoreStage? _stage;

    private IPackageStoreStage Stage => _stage ?? throw new InvalidOperationException("not initialized");

    protected abstract Task<IPackageStoreStage> OpenAsync();

    public async ValueTask InitializeAsync() => _stage = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Stage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_URI_tells_whose_package_it_names()
    {
        var server = Stage.Open();
        var mine = server.Publish("a", "t-1");
        var anybodys = server.Publish("b", null);

        Assert.Equal("t-1", server.Store.TopologyIdOf(mine));
        Assert.Null(server.Store.TopologyIdOf(anybodys));
    }

    [Theory]
    [InlineData("http://elsewhere.example/other.tar.gz")]
    [InlineData("http://elsewhere.example/api/v1/file/download/../../../../etc/passwd")]
    [InlineData("hdfs://name/heron/t-1/topology.tar.gz")]
    [InlineData("file:///etc/passwd")]
    [InlineData("no address at all")]
    [InlineData("")]
    public void A_URI_of_something_that_is_kept_elsewhere_names_nothing(string uri)
    {
        var server = Stage.Open();
        var mine = server.Publish("a", "t-1");

        Assert.Null(server.Store.TopologyIdOf(uri));
        Assert.False(server.Store.Remove(uri));
        Assert.Equal("a", server.Fetch(mine));
    }

    [Fact]
    public void A_package_that_is_removed_is_gone_and_removing_it_again_is_fine()
    {
        var server = Stage.Open();
        var uri = server.Publish("a", "t-1");

        Assert.True(server.Store.Remove(uri));

        Assert.Null(server.Fetch(uri));
        Assert.Null(server.Store.TopologyIdOf(uri));
        Assert.False(server.Store.Remove(uri));
        Assert.Equal(0, server.Store.RemoveOf("t-1", instance: null));
        Assert.Equal(0, Stage.Files);
    }

    [Fact]
    public void A_package_goes_and_another_with_the_same_content_stays()
    {
        var server = Stage.Open();
        var first = server.Publish("same", "t-1");
        var second = server.Publish("same", "t-2");
        Assert.NotEqual(first, second);

        Assert.True(server.Store.Remove(first));

        Assert.Null(server.Fetch(first));
        Assert.Equal("same", server.Fetch(second));
    }

    [Fact]
    public void All_packages_of_a_topology_go_and_no_others()
    {
        var server = Stage.Open();
        var mine = new[] { server.Publish("a", "t-1"), server.Publish("b", "t-1") };
        var others = new[] { server.Publish("a", "t-10"), server.Publish("c", "t"), server.Publish("d", null) };

        Assert.Equal(2, server.Store.RemoveOf("t-1", instance: null));

        Assert.All(mine, uri => Assert.Null(server.Fetch(uri)));
        Assert.Equal(["a", "c", "d"], others.Select(server.Fetch));
        Assert.Equal(0, server.Store.RemoveOf("t-1", instance: null));
    }

    [Fact]
    public void What_another_server_process_published_is_left_where_only_ones_own_is_to_go()
    {
        var before = Stage.Open();
        var theirs = before.Publish("a", "t-1");
        var server = Stage.Open();
        var mine = server.Publish("b", "t-1");
        Assert.NotEqual(before.Instance, server.Instance);

        Assert.Equal(1, server.Store.RemoveOf("t-1", server.Instance));

        Assert.Null(server.Fetch(mine));
        Assert.Equal("a", server.Fetch(theirs));
    }

    [Fact]
    public void The_next_server_knows_and_removes_what_the_one_before_published()
    {
        var before = Stage.Open();
        var first = before.Publish("a", "t-1");
        var second = before.Publish("b", "t-2");
        Stage.Close();

        var server = Stage.Open();

        Assert.Equal("t-1", server.Store.TopologyIdOf(first));
        Assert.Equal(1, server.Store.RemoveOf("t-1", instance: null));
        Assert.True(server.Store.Remove(second));
        Assert.Equal(0, Stage.Files);
    }

    [Fact]
    public void Whoever_removes_at_the_same_moment_is_fine_and_nothing_stays()
    {
        var server = Stage.Open();
        var other = Stage.Open();
        var uris = Enumerable.Range(0, 20).Select(i => server.Publish($"content {i}", "t-1")).ToList();

        Parallel.ForEach(uris.Concat(uris), (uri, _, index) => (index % 2 == 0 ? server : other).Store.Remove(uri));

        Assert.All(uris, uri => Assert.Null(other.Fetch(uri)));
        Assert.Equal(0, Stage.Files);
    }
}
