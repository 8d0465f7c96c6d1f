// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packages;
using Heron.Packages.Tests.Uploaders;

namespace Heron.Packages.Tests.Conformance;

/// <summary>Where an uploader under test puts packages, seen as a node sees it, and as one who looks for leftovers.</summary>
public interface IUploadTarget : IAsyncDisposable
{
    /// <summary>The uploader.</summary>
    IUploader Uploader { get; }

    /// <summary>What a node gets under a URI; null when there is nothing.</summary>
    Task<byte[]?> FetchAsync(string uri);

    /// <summary>How many files there are, finished or not.</summary>
    int Files { get; }

    /// <summary>Whether packages can be taken back; the HTTP interface of Heron's servers has no request for that.</summary>
    bool Removes => true;
}

/// <summary>What every uploader owes its callers, whatever the target.</summary>
public abstract class UploaderConformance : IAsyncLifetime
{
    private const string OtherUri = "https://elsewhere.example/api/v1/topology-x.tar.gz";

    private readonly SamplePackage _sample = new();
    private readonly List<SamplePackage> _others = [];
    private IUploadTarget? _target;

    private IUploadTarget Target => _target ?? throw new InvalidOperationException("not initialized");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<IUploadTarget> OpenAsync();

    public async ValueTask InitializeAsync() => _target = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        _sample.Dispose();
        _others.ForEach(sample => sample.Dispose());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_package_is_fetched_under_its_URI_byte_for_byte()
    {
        var published = await Target.Uploader.PublishAsync(_sample.Package, Token);
        Assert.Equal(_sample.Bytes, await Target.FetchAsync(published.Uri));
        Assert.Equal(_sample.Package.Sha256, published.Sha256);
    }

    [Fact]
    public async Task A_URI_is_one_word_of_plain_characters_with_a_scheme()
    {
        var published = await Target.Uploader.PublishAsync(_sample.Package, Token);
        Assert.Contains("://", published.Uri, StringComparison.Ordinal);
        Assert.All(published.Uri, c => Assert.True(c is > ' ' and <= '~' and not '\'' and not '"' and not '\\', $"'{c}' in {published.Uri}"));
    }

    [Fact]
    public async Task The_URI_is_told_before_anything_is_there()
    {
        PublishedPackage? told = null;
        var published = await Target.Uploader.PublishAsync(
            _sample.Package,
            decided =>
            {
                told = decided;
                Assert.Equal(0, Target.Files);
                return Task.CompletedTask;
            },
            Token);
        Assert.True(told is null || told == published, "another URI was told than the package got");
    }

    [Fact]
    public async Task The_same_submission_twice_is_two_packages_of_which_one_can_go()
    {
        var first = await Target.Uploader.PublishAsync(_sample.Package, Token);
        var again = Other(seed: 1);
        var second = await Target.Uploader.PublishAsync(again.Package, Token);
        Assert.NotEqual(first.Uri, second.Uri);
        await Target.Uploader.RemoveAsync(first, Token);
        Assert.Equal(again.Bytes, await Target.FetchAsync(second.Uri));
        if (Target.Removes)
        {
            Assert.Null(await Target.FetchAsync(first.Uri));
        }
    }

    [Fact]
    public async Task A_package_that_is_removed_is_gone_with_everything_and_removing_it_again_is_fine()
    {
        Assert.SkipUnless(Target.Removes, "the target has no request for it");
        var published = await Target.Uploader.PublishAsync(_sample.Package, Token);
        await Target.Uploader.RemoveAsync(published, Token);
        Assert.Null(await Target.FetchAsync(published.Uri));
        Assert.Equal(0, Target.Files);
        await Target.Uploader.RemoveAsync(published, Token);
    }

    [Fact]
    public async Task What_was_never_published_here_is_removed_without_a_fault_and_without_harm()
    {
        var published = await Target.Uploader.PublishAsync(_sample.Package, Token);
        string[] foreign =
        [
            OtherUri, "", "file:///etc/passwd", published.Uri + ".bak", published.Uri.Replace(".tar.gz", ".zip", StringComparison.Ordinal) + "x",
            published.Uri[..(published.Uri.LastIndexOf('/') + 1)], published.Uri + "/../..",
        ];
        foreach (var uri in foreign)
        {
            await Target.Uploader.RemoveAsync(new PublishedPackage(uri, null), Token);
        }

        Assert.Equal(_sample.Bytes, await Target.FetchAsync(published.Uri));
    }

    [Theory]
    [InlineData("a b/c-3f2504e0")]
    [InlineData("../../etc/passwd-3f2504e0")]
    [InlineData("名前-3f2504e0")]
    [InlineData("$(reboot);'\"-3f2504e0")]
    public async Task Whatever_a_topology_id_is_it_stays_inside_the_target(string id)
    {
        var sample = Other(seed: 7, id);
        var published = await Target.Uploader.PublishAsync(sample.Package, Token);
        Assert.Equal(sample.Bytes, await Target.FetchAsync(published.Uri));
        await Target.Uploader.RemoveAsync(published, Token);
        Assert.Equal(Target.Removes ? 0 : 1, Target.Files);
    }

    [Fact]
    public async Task An_upload_that_is_called_off_leaves_nothing_that_its_removal_does_not_take()
    {
        using var called = new CancellationTokenSource();
        PublishedPackage? told = null;
        try
        {
            await Target.Uploader.PublishAsync(
                _sample.Package,
                decided =>
                {
                    told = decided;
                    called.Cancel();
                    return Task.CompletedTask;
                },
                called.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or HeronException)
        {
            // Either is an answer.
        }

        if (told is not null && Target.Removes)
        {
            await Target.Uploader.RemoveAsync(told, Token);
            Assert.Equal(0, Target.Files);
        }
    }

    [Fact]
    public async Task Eight_at_once_do_not_mix()
    {
        var samples = Enumerable.Range(10, 8).Select(seed => Other((byte)seed)).ToList();
        var published = await Task.WhenAll(samples.Select(sample => Target.Uploader.PublishAsync(sample.Package, Token)));
        Assert.Equal(8, published.Select(p => p.Uri).Distinct(StringComparer.Ordinal).Count());
        for (var i = 0; i < samples.Count; i++)
        {
            Assert.Equal(samples[i].Bytes, await Target.FetchAsync(published[i].Uri));
        }
    }

    private SamplePackage Other(byte seed, string id = "word-count-1b1a0a4e-6f6e-4f3c-9c0b-6d8f3d3b5d11")
    {
        var sample = new SamplePackage(id, seed: seed);
        _others.Add(sample);
        return sample;
    }
}
