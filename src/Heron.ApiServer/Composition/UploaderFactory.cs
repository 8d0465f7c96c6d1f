using System.Net;
using Heron.ApiServer.Files;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Packages.Uploaders;

namespace Heron.ApiServer.Composition;

/// <summary>
/// Makes the uploader that the server's configuration names. A submission's form has no say in it: where packages go, and
/// with which keys and ssh options, is the operator's.
/// </summary>
public static class UploaderFactory
{
    private const string UploadPath = "/api/v1/file/upload";

    /// <summary>Reads the uploader's settings, so that what is wrong with them shows at start.</summary>
    /// <exception cref="HeronException">A setting is missing or cannot be used.</exception>
    public static void Check(UploaderKind kind, HeronConfig config, HostEnvironment environment)
    {
        var substitution = new TokenSubstitution(environment);
        _ = kind switch
        {
            UploaderKind.Http => (object?)HttpUploaderOptions.From(config),
            UploaderKind.LocalFileSystem => LocalFileSystemUploaderOptions.From(config, substitution),
            UploaderKind.S3 => S3UploaderOptions.From(config),
            UploaderKind.Scp => ScpUploaderOptions.From(config, substitution),
            _ => throw new InvalidOperationException($"no uploader for {kind}"),
        };
    }

    /// <summary>Makes the uploader.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="config">The server's configuration, without any request.</param>
    /// <param name="environment">The machine.</param>
    /// <param name="services">Gives this server's own store and loggers.</param>
    /// <exception cref="HeronException">A setting is missing or cannot be used.</exception>
    public static IUploader Create(UploaderKind kind, HeronConfig config, HostEnvironment environment, IServiceProvider services)
    {
        var substitution = new TokenSubstitution(environment);
        return kind switch
        {
            UploaderKind.Http => Http(config, services),
            UploaderKind.LocalFileSystem => new LocalFileSystemUploader(
                LocalFileSystemUploaderOptions.From(config, substitution),
                services.GetRequiredService<ILogger<LocalFileSystemUploader>>()),
            UploaderKind.S3 => new S3Uploader(S3UploaderOptions.From(config), services.GetRequiredService<TimeProvider>()),
            UploaderKind.Scp => new ScpUploader(
                ScpUploaderOptions.From(config, substitution), services.GetRequiredService<ILogger<ScpUploader>>()),
            _ => throw new InvalidOperationException($"no uploader for {kind}"),
        };
    }

    /// <summary>Whether an upload address is this server's own, as older templates spell it out.</summary>
    public static bool IsSelf(Uri address, ServerUrls urls)
    {
        var self = new Uri(urls.Core);
        return address.Scheme == Uri.UriSchemeHttp
            && address.Port == self.Port
            && address.AbsolutePath.TrimEnd('/') == UploadPath
            && (address.IsLoopback || Same(address.Host, self.Host) || Same(address.Host, Dns.GetHostName()));
    }

    private static IUploader Http(HeronConfig config, IServiceProvider services)
    {
        if (HttpUploaderOptions.From(config) is not { } options || IsSelf(options.Address, services.GetRequiredService<ServerUrls>()))
        {
            return services.GetRequiredService<SelfUploader>();
        }

#pragma warning disable CA2000 // The uploader disposes its client.
        return new HttpUploader(options, HttpUploader.CreateClient(), services.GetRequiredService<ILogger<HttpUploader>>(), services.GetRequiredService<TimeProvider>());
#pragma warning restore CA2000
    }

    private static bool Same(string host, string other) => host.Equals(other, StringComparison.OrdinalIgnoreCase);
}
