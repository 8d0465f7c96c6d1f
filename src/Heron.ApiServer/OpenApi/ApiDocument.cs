// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Microsoft.OpenApi;

namespace Heron.ApiServer.OpenApi;

/// <summary>The OpenAPI document of this server. It is made when somebody asks for it first, and kept.</summary>
/// <param name="routes">The routes of the server.</param>
/// <param name="version">Of the server.</param>
/// <param name="isCounted">Whether requests for a path count among those that a client may have in work.</param>
internal sealed class ApiDocument(EndpointDataSource routes, string version, Func<PathString, bool> isCounted)
{
    // A proxy may hand on whatever prefix its client sends.
    private const int MostKept = 16;

    private static readonly OpenApiJsonWriterSettings Terse = new() { Terse = true };

    private readonly ConcurrentDictionary<(OpenApiSpecVersion Version, string Format, PathString Prefix), byte[]> _written = new();
    private readonly Lazy<OpenApiDocument> _document = new(() => DocumentWriter.Write(routes.Endpoints, version, isCounted));

    /// <summary>The document.</summary>
    public OpenApiDocument Value => _document.Value;

    /// <summary>Writes the document.</summary>
    /// <param name="version">Of OpenAPI.</param>
    /// <param name="format"><see cref="OpenApiConstants.Json"/> or <see cref="OpenApiConstants.Yaml"/>.</param>
    /// <param name="prefix">What a proxy has this server's paths begin with; nothing for a server that stands alone.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<byte[]> WriteAsync(OpenApiSpecVersion version, string format, PathString prefix, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue((version, format, prefix), out var written))
        {
            return written;
        }

        // Clients put the address of the server before every path.
        var document = prefix.HasValue ? new OpenApiDocument(Value) { Servers = [new OpenApiServer { Url = prefix.ToUriComponent() }] } : Value;
        using var bytes = new MemoryStream();
        await document.SerializeAsync(bytes, version, format, Terse, cancellationToken);
        written = bytes.ToArray();
        return _written.Count < MostKept ? _written[(version, format, prefix)] = written : written;
    }
}
