using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Packages.Uploaders;

/// <summary>Settings of <see cref="S3Uploader"/>; the keys and defaults are Heron's.</summary>
public sealed record S3UploaderOptions
{
    private const string Prefix = "heron.uploader.s3.";
    private const string BucketKey = Prefix + "bucket";
    private const string AccessKeyKey = Prefix + "access_key";
    private const string SecretKeyKey = Prefix + "secret_key";
    private const string ProfileKey = Prefix + "aws_profile";
    private const string PathPrefixKey = Prefix + "path_prefix";
    private const string ProxyKey = Prefix + "proxy_uri";
    private const string EndpointKey = Prefix + "uri";
    private const string RegionKey = Prefix + "region";
    private const string DefaultRegion = "us-west-2";

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Folder in the bucket; the topology's name and the file come below it.</summary>
    public FolderTemplate PathPrefix { get; init; } = new(PathPrefixKey, "");

    /// <summary>Access key and secret, or null to look for credentials where the AWS tools do.</summary>
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
    /// <exception cref="HeronException">The bucket is missing, credentials are half given, or a URI is none.</exception>
    public static S3UploaderOptions From(HeronConfig config)
    {
        var key = Text(config, AccessKeyKey);
        var secret = Text(config, SecretKeyKey);
        var profile = Text(config, ProfileKey);
        if ((key is null) != (secret is null))
        {
            throw Invalid($"set both {AccessKeyKey} and {SecretKeyKey}, or none of them");
        }

        if (key is not null && profile is not null)
        {
            throw Invalid($"set either {AccessKeyKey} and {SecretKeyKey} or {ProfileKey}, not both");
        }

        return new S3UploaderOptions
        {
            Bucket = Text(config, BucketKey) ?? throw Invalid($"{BucketKey} is not set"),
            PathPrefix = new FolderTemplate(PathPrefixKey, Text(config, PathPrefixKey)?.TrimStart('/') ?? ""),
            Credentials = key is null || secret is null ? null : (key, secret),
            Profile = profile,
            Region = Text(config, RegionKey) ?? DefaultRegion,
            Endpoint = Address(config, EndpointKey),
            Proxy = Address(config, ProxyKey),
        };
    }

    // Never show a secret, even when it is a proxy's.
    private static Uri? Address(HeronConfig config, string key)
    {
        if (Text(config, key) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw Invalid($"{key} is no http or https URI");
    }

    private static string? Text(HeronConfig config, string key) =>
        config.GetString(key) is { Length: > 0 } text ? text : null;

    private static HeronException Invalid(string message) => new(FaultKind.Invalid, message);
}
