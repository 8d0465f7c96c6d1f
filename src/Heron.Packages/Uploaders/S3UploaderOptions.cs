// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.Packages.Uploaders;

/// <summary>Settings of <see cref="S3Uploader"/>; the keys and defaults are Heron's.</summary>
public sealed record S3UploaderOptions
{
    private const string Prefix = "heron.uploader.s3.";

    /// <summary>The bucket that packages go into.</summary>
    private const string BucketKey = Prefix + "bucket";

    /// <summary>
    /// The access key; without it the credentials of the environment, as the AWS SDK finds them, but none of a web identity, a role in a
    /// profile, single sign-on or a login.
    /// </summary>
    private const string AccessKeyKey = Prefix + "access_key";

    /// <summary>The secret key that belongs to the access key.</summary>
    private const string SecretKeyKey = Prefix + "secret_key";

    /// <summary>A profile of <c>~/.aws/credentials</c> instead of keys, with keys or <c>credential_process</c>.</summary>
    internal const string ProfileKey = Prefix + "aws_profile";

    /// <summary>Folder in the bucket; <c>${CLUSTER}</c>, <c>${ROLE}</c>, <c>${TOPOLOGY}</c> and the like are replaced. Default none.</summary>
    private const string PathPrefixKey = Prefix + "path_prefix";

    /// <summary>A proxy, perhaps with user and password.</summary>
    private const string ProxyKey = Prefix + "proxy_uri";

    /// <summary>Address of another store that speaks S3.</summary>
    private const string EndpointKey = Prefix + "uri";

    /// <summary>Region of the bucket. Default <c>us-west-2</c>.</summary>
    private const string RegionKey = Prefix + "region";
    private const string DefaultRegion = "us-west-2";

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Folder in the bucket; the topology's name and the file come below it.</summary>
    public FolderTemplate PathPrefix { get; init; } = new(PathPrefixKey, "");

    /// <summary>Access key and secret, or null to look for credentials where the AWS tools do; see <see cref="S3Credentials"/>.</summary>
    public (string Key, string Secret)? Credentials { get; init; }

    /// <summary>A profile of the AWS tools on this machine, or null.</summary>
    public string? Profile { get; init; }

    /// <summary>The region of the bucket.</summary>
    public string Region { get; init; } = DefaultRegion;

    /// <summary>A server that speaks like S3, or null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>A proxy, perhaps with user and password in it, or null.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>How long the store is waited for.</summary>
    public UploadPatience Patience { get; init; } = UploadPatience.Default;

    /// <summary>The settings.</summary>
    /// <param name="config">The server's configuration.</param>
    /// <param name="findings">Gets everything that is wrong: no bucket, credentials half given, addresses that are none.</param>
    /// <returns>Not to be used after a mistake.</returns>
    public static S3UploaderOptions? Read(HeronConfig config, Findings findings)
    {
        var key = Text(config, AccessKeyKey);
        var secret = Text(config, SecretKeyKey);
        var profile = Text(config, ProfileKey);
        var bucket = Text(config, BucketKey);
        if ((key is null) != (secret is null))
        {
            findings.Mistake($"set both {AccessKeyKey} and {SecretKeyKey}, or none of them");
        }

        if (key is not null && profile is not null)
        {
            findings.Mistake($"set either {AccessKeyKey} and {SecretKeyKey} or {ProfileKey}, not both");
        }

        if (bucket is null)
        {
            findings.Mistake($"{BucketKey} is not set");
        }
        else if (bucket[0] == '<')
        {
            findings.Mistake($"{BucketKey} is still {bucket}, as in Heron's template: name the bucket, or another uploader in {ConfigKeys.UploaderClass}");
        }

        var prefix = findings.Try(() => new FolderTemplate(PathPrefixKey, Text(config, PathPrefixKey)?.TrimStart('/') ?? ""));
        var endpoint = Address(config, EndpointKey, findings);
        var proxy = Address(config, ProxyKey, findings);
        return bucket is null || prefix is null ? null : new S3UploaderOptions
        {
            Bucket = bucket,
            PathPrefix = prefix,
            Credentials = key is null || secret is null ? null : (key, secret),
            Profile = profile,
            Region = Text(config, RegionKey) ?? DefaultRegion,
            Endpoint = endpoint,
            Proxy = proxy,
        };
    }

    // Never show a secret, even when it is a proxy's.
    private static Uri? Address(HeronConfig config, string key, Findings findings)
    {
        if (Text(config, key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
        {
            return uri;
        }

        findings.Mistake($"{key} is no http or https URI");
        return null;
    }

    private static string? Text(HeronConfig config, string key) =>
        config.GetString(key) is { Length: > 0 } text ? text : null;
}
