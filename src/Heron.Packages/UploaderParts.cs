// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Parts;
using Heron.Packages.Store;
using Heron.Packages.Uploaders;
using Microsoft.Extensions.Logging;

namespace Heron.Packages;

/// <summary>
/// The uploaders. A submission's form has no say in them: where packages go, and with which keys and ssh options, is the
/// operator's.
/// </summary>
public static class UploaderParts
{
    private const string UploadPath = "/api/v1/file/upload";

    /// <summary>By HTTP, or into this server's own store when no other address is named.</summary>
    public static IPart<IUploader> Http { get; } = new Part<IUploader, HttpTarget>
    {
        Name = "HTTP",
        ClassNames = ["uploader.http.HttpUploader"],
        Settings = SettingNames.In(typeof(HttpUploaderOptions)),
        ReadOptions = (settings, findings) => new HttpTarget(HttpUploaderOptions.Read(settings.Config, findings)),
        Make = (target, tools) => target.Options is not { } options || IsSelf(options.Address, tools.Service<ServerUrls>())
            ? tools.Service<SelfUploader>()
#pragma warning disable CA2000 // The uploader disposes its client.
            : new HttpUploader(options, HttpUploader.CreateClient(), tools.Loggers.CreateLogger<HttpUploader>(), tools.Time),
#pragma warning restore CA2000
    };

    /// <summary>Into a folder that nodes share.</summary>
    public static IPart<IUploader> Folder { get; } = new Part<IUploader, LocalFileSystemUploaderOptions>
    {
        Name = "folder",
        ClassNames = ["uploader.localfs.LocalFileSystemUploader"],
        Settings = SettingNames.In(typeof(LocalFileSystemUploaderOptions)),
        ReadOptions = (settings, findings) =>
            LocalFileSystemUploaderOptions.Read(settings.Config, new TokenSubstitution(settings.Host), findings),
        Make = (options, tools) => new LocalFileSystemUploader(options, tools.Loggers.CreateLogger<LocalFileSystemUploader>()),
    };

    /// <summary>Into a bucket.</summary>
    public static IPart<IUploader> S3 { get; } = new Part<IUploader, S3UploaderOptions>
    {
        Name = "S3",
        ClassNames = ["uploader.s3.S3Uploader"],
        Settings = SettingNames.In(typeof(S3UploaderOptions)),
        ReadOptions = (settings, findings) =>
        {
            var options = S3UploaderOptions.Read(settings.Config, findings);
            if (options is not null)
            {
                S3Credentials.Check(options, settings.Variable, findings);
            }

            return options;
        },
        Make = (options, tools) => new S3Uploader(options, tools.Time),
    };

    /// <summary>With scp.</summary>
    public static IPart<IUploader> Scp { get; } = new Part<IUploader, ScpUploaderOptions>
    {
        Name = "scp",
        ClassNames = ["uploader.scp.ScpUploader"],
        Settings = SettingNames.In(typeof(ScpUploaderOptions)),
        ReadOptions = (settings, findings) => ScpUploaderOptions.Read(settings.Config, new TokenSubstitution(settings.Host), findings),
        Make = (options, tools) => new ScpUploader(options, tools.Loggers.CreateLogger<ScpUploader>(), tools.Time),
    };

    /// <summary>
    /// Whether an upload address is this server's own, as older templates spell it out: that which nodes are told, or one of this
    /// machine with the server's port. Either scheme will do there, since a template may be older than the certificate.
    /// </summary>
    public static bool IsSelf(Uri address, ServerUrls urls)
    {
        var told = new Uri(urls.Base + UploadPath);
        var path = address.AbsolutePath.TrimEnd('/');
        if (path == told.AbsolutePath && address.Scheme == told.Scheme && address.Port == told.Port && Same(address.Host, told.Host))
        {
            return true;
        }

        // Below a path there is a proxy, whose host and port without that path are somebody else's.
        var isProxied = told.AbsolutePath != UploadPath;
        return path == UploadPath
            && (address.Port == urls.Port || (!isProxied && address.Port == told.Port))
            && (address.IsLoopback || Same(address.Host, Dns.GetHostName()) || (!isProxied && Same(address.Host, told.Host)));
    }

    private static bool Same(string host, string other) => host.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Another server to upload to; none for this server's own store.</summary>
    private sealed record HttpTarget(HttpUploaderOptions? Options);
}
