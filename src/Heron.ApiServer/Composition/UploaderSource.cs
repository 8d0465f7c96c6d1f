using System.Net;
using Heron.ApiServer.Files;
using Heron.ApiServer.Submission;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Uploaders;

namespace Heron.ApiServer.Composition;

/// <summary>Makes the uploader that the configuration names.</summary>
internal sealed class UploaderSource : IUploaderSource, IDisposable
{
    private readonly UploaderKind _kind;
    private readonly SelfUploader _self;
    private readonly ServerUrls _urls;
    private readonly ServerConfiguration _configuration;
    private readonly ILoggerFactory _loggers;
    private readonly Lazy<HttpClient> _http = new(HttpUploader.CreateClient);

    /// <summary>Looks at the settings, so that what cannot work is told at the start.</summary>
    public UploaderSource(
        UploaderKind kind, SelfUploader self, ServerUrls urls, ServerConfiguration configuration, ILoggerFactory loggers)
    {
        _kind = kind;
        _self = self;
        _urls = urls;
        _configuration = configuration;
        _loggers = loggers;
    }

    /// <inheritdoc/>
    public IUploader For(HeronConfig config) => _kind switch
    {
        UploaderKind.Http => HttpUploaderOptions.From(config) is { } options && !IsThisServer(options.Address)
            ? new HttpUploader(options, _http.Value, _loggers.CreateLogger<HttpUploader>())
            : _self,
        UploaderKind.LocalFileSystem => new LocalFileSystemUploader(
            LocalFileSystemUploaderOptions.From(config, new TokenSubstitution(_configuration.Sources.Environment)),
            _loggers.CreateLogger<LocalFileSystemUploader>()),
        _ => throw new Heron.Core.HeronException(Heron.Core.FaultKind.Invalid, $"the uploader {_kind} is not part of this build"),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    // Templates made for the Java server name the server itself as the target; a socket to ourselves gains nothing.
    private bool IsThisServer(Uri address) => address.Port == _urls.Port
        && (address.IsLoopback
            || address.Host.Equals(new Uri(_urls.Base).Host, StringComparison.OrdinalIgnoreCase)
            || address.Host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase));
}
