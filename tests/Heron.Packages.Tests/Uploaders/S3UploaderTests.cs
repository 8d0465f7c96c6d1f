// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Parts;
using Heron.Packages.Tests.Conformance;
using Heron.Packages.Uploaders;
using Heron.Testing.Parts;
using Microsoft.AspNetCore.Http;

namespace Heron.Packages.Tests.Uploaders;

public sealed class S3UploaderTests : IDisposable
{
    private readonly SamplePackage _sample = new();
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Package_is_an_object_under_its_URI_until_it_is_removed()
    {
        await using var server = await UploadServer.StartAsync(StoreAsync);
        using var uploader = Uploader(server, ("heron.uploader.s3.path_prefix", "/heron/${ROLE}/"));
        var published = await uploader.PublishAsync(_sample.Package, default);
        Assert.Equal(_sample.Package.Sha256, published.Sha256);
        Assert.StartsWith($"{server.Address}packages/heron/ads/word-count/topology-", published.Uri, StringComparison.Ordinal);
        var (path, bytes) = Assert.Single(_objects);
        Assert.Equal(new Uri(published.Uri).AbsolutePath, path);
        Assert.Equal(_sample.Bytes, bytes);

        await uploader.RemoveAsync(published, default);
        Assert.Empty(_objects);
        await uploader.RemoveAsync(published, default);
    }

    [Fact]
    public async Task The_URI_is_known_before_anything_is_sent_and_enough_to_remove_the_object()
    {
        await using var server = await UploadServer.StartAsync(StoreAsync);
        using var uploader = Uploader(server);
        PublishedPackage? told = null;
        await uploader.PublishAsync(
            _sample.Package,
            decided =>
            {
                told = decided;
                Assert.Empty(_objects);
                return Task.CompletedTask;
            },
            default);
        await uploader.RemoveAsync(told!, default);
        Assert.Empty(_objects);
    }

    [Fact]
    public async Task What_is_not_ours_in_this_bucket_is_never_deleted()
    {
        await using var server = await UploadServer.StartAsync(_ => throw new InvalidOperationException("nothing may be asked"));
        using var uploader = Uploader(server);
        foreach (var uri in new[] { "http://elsewhere/packages/topology-x.tar.gz", $"{server.Address}packages/a/other.tar.gz", "" })
        {
            await uploader.RemoveAsync(new PublishedPackage(uri, null), default);
        }
    }

    [Fact]
    public async Task Refusal_names_the_bucket_and_the_reason()
    {
        await using var server = await UploadServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync("<Error><Code>AccessDenied</Code><Message>not you</Message></Error>");
        });
        using var uploader = Uploader(server);
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.PublishAsync(_sample.Package, default));
        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains("/packages/", fault.Message, StringComparison.Ordinal);
        Assert.Contains("AccessDenied", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"opaque-7-of-3\"")]
    [InlineData("\"d41d8cd98f00b204e9800998ecf8427e\"")]
    [InlineData("W/\"weak\"")]
    [InlineData(null)]
    public async Task The_tag_that_a_store_answers_is_its_own_business(string? tag)
    {
        await using var s3 = await ScriptedS3.StartAsync();
        s3.Tag = _ => tag;
        var published = await s3.Uploader.PublishAsync(_sample.Package, default);
        Assert.Equal(_sample.Bytes, await s3.FetchAsync(published.Uri));
    }

    [Fact]
    public async Task The_digest_that_is_signed_covers_the_bytes()
    {
        await using var s3 = await ScriptedS3.StartAsync();
        await s3.Uploader.PublishAsync(_sample.Package, default);
        Assert.Equal([_sample.Package.Sha256], s3.SignedDigests);
    }

    [Fact]
    public async Task A_store_that_accepts_and_then_says_nothing_is_given_up_and_named()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await UploadServer.StartAsync(_ => end.Task);
        using var uploader = new S3Uploader(
            Read(Settings(server.Address.ToString())) with
            {
                Patience = UploadPatience.Default with { Silence = TimeSpan.FromSeconds(0.5) },
            },
            TimeProvider.System);
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.PublishAsync(_sample.Package, default));
        end.SetResult();
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("heron.uploader.s3.uri", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heron.uploader.s3.bucket")]
    [InlineData("heron.uploader.s3.access_key")]
    [InlineData("heron.uploader.s3.secret_key")]
    public void Settings_that_are_missing_are_named(string missing)
    {
        var config = new HeronConfig(Settings("http://127.0.0.1:1/").Values.Where(pair => pair.Key != missing));
        var fault = Assert.Throws<HeronException>(() => Read(config));
        Assert.Contains(missing, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heron.uploader.s3.uri", "not a uri")]
    [InlineData("heron.uploader.s3.proxy_uri", "ftp://user:the-secret@host")]
    [InlineData("heron.uploader.s3.aws_profile", "other")]
    [InlineData("heron.uploader.s3.path_prefix", "a/${NOPE}")]
    public void Settings_that_cannot_be_used_are_named_and_show_no_secret(string key, string value)
    {
        var fault = Assert.Throws<HeronException>(
            () => Read(Settings("http://127.0.0.1:1/").With([new(key, value)])));
        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_endpoint_the_URI_is_Amazons_in_Herons_default_region()
    {
        var options = Read(new HeronConfig([new("heron.uploader.s3.bucket", "b")]));
        Assert.Equal("us-west-2", options.Region);
        Assert.Null(options.Credentials);
    }

    [Theory]
    [InlineData("[p]\naws_access_key_id = a\naws_secret_access_key = the-secret\n", null)]
    [InlineData("[p]\ncredential_process = /bin/true\n", null)]
    [InlineData("[other]\n", "there is no profile p")]
    [InlineData("[p]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = k\n[k]\naws_access_key_id = a\naws_secret_access_key = the-secret\n", "role_arn")]
    [InlineData("[p]\nrole_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = /token\n", "role_arn")]
    [InlineData("[p]\nsso_start_url = https://x/start\nsso_region = eu-central-1\nsso_account_id = 123456789012\nsso_role_name = r\n", "sso_*")]
    public void A_profile_that_cannot_be_used_is_told_at_the_start(string profiles, string? told)
    {
        var named = new HeronConfig([new("heron.uploader.s3.bucket", "b"), new("heron.uploader.s3.aws_profile", "p")]);
        Told("heron.uploader.s3.aws_profile", told, Mistakes(named, [], profiles));

        var unnamed = new HeronConfig([new("heron.uploader.s3.bucket", "b")]);
        Told("AWS_PROFILE", told, Mistakes(unnamed, [("AWS_PROFILE", "p")], profiles));
        if (told?.Contains("no profile", StringComparison.Ordinal) != true)
        {
            Told("the profile default", told, Mistakes(unnamed, [], profiles.Replace("[p]", "[default]", StringComparison.Ordinal)));
        }

        static void Told(string where, string? what, IReadOnlyList<string> mistakes)
        {
            if (what is null)
            {
                Assert.Empty(mistakes);
                return;
            }

            var mistake = Assert.Single(mistakes);
            Assert.Contains(where, mistake, StringComparison.Ordinal);
            Assert.Contains(what, mistake, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Single_sign_on_that_nobody_has_named_is_passed_over_with_a_warning() => Assert.StartsWith(
        "warning: ",
        Assert.Single(Mistakes(
            new HeronConfig([new("heron.uploader.s3.bucket", "b")]),
            [],
            "[default]\nsso_start_url = https://x/start\nsso_region = eu-central-1\nsso_account_id = 123456789012\nsso_role_name = r\n")),
        StringComparison.Ordinal);

    [Fact]
    public void Profiles_that_cannot_be_read_are_told_without_what_is_in_them()
    {
        var config = new HeronConfig([new("heron.uploader.s3.bucket", "b"), new("heron.uploader.s3.aws_profile", "p")]);
        var mistake = Assert.Single(Mistakes(config, [], "the-secret\n[p\naws_secret_access_key = the-secret\n"));
        Assert.DoesNotContain("the-secret", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_web_identity_is_told_at_the_start_unless_keys_go_before_it()
    {
        var config = new HeronConfig([new("heron.uploader.s3.bucket", "b")]);
        (string, string)[] identity = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")];
        (string, string)[] keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "the-secret")];
        Assert.Contains("AWS_WEB_IDENTITY_TOKEN_FILE", Assert.Single(Mistakes(config, identity, "")), StringComparison.Ordinal);
        Assert.Empty(Mistakes(config, [.. identity, .. keys], ""));
        Assert.Empty(Mistakes(Settings("http://127.0.0.1:1/"), identity, ""));
    }

    private static IReadOnlyList<string> Mistakes(HeronConfig config, (string Name, string Value)[] variables, string profiles)
    {
        var folder = Directory.CreateTempSubdirectory("heron-aws-").FullName;
        try
        {
            var file = Path.Join(folder, "credentials");
            File.WriteAllText(file, profiles);
            var findings = new Findings();
            S3Credentials.Check(
                Read(config), name => variables.FirstOrDefault(variable => variable.Name == name).Value, findings, file);
            return [.. findings.Mistakes, .. findings.Warnings.Select(warning => "warning: " + warning)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static HeronConfig Settings(string endpoint) => new(
    [
        new("heron.uploader.s3.bucket", "packages"),
        new("heron.uploader.s3.access_key", "the-key"),
        new("heron.uploader.s3.secret_key", "the-secret"),
        new("heron.uploader.s3.region", "eu-central-1"),
        new("heron.uploader.s3.uri", endpoint),
    ]);

    private static S3UploaderOptions Read(HeronConfig config) =>
        TestParts.Read(findings => S3UploaderOptions.Read(config, findings))!;

    private static S3Uploader Uploader(UploadServer server, params (string Key, string Value)[] settings) =>
        new(Read(Settings(server.Address.ToString()).With(
            settings.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value)))), TimeProvider.System);

    // As much of S3 as an upload needs; checks that what arrives is what was signed.
    private async Task StoreAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=the-key/", authorization, StringComparison.Ordinal);
        Assert.Contains("/eu-central-1/s3/aws4_request", authorization, StringComparison.Ordinal);
        var path = context.Request.Path.Value!;
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            _objects.TryRemove(path, out _);
            context.Response.StatusCode = 204;
            return;
        }

        Assert.Equal("PUT", context.Request.Method);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(body.ToArray())), context.Request.Headers["x-amz-content-sha256"].ToString());
        _objects[path] = body.ToArray();
    }
}
