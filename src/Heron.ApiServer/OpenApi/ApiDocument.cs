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
    private static readonly OpenApiJsonWriterSettings Terse = new() { Terse = true };

    // A proxy has few prefixes; one that hands on whatever its clients name may not fill the memory.
    private const int MostWritten = 32;

    private readonly ConcurrentDictionary<(OpenApiSpecVersion Version, string Format, string Root), byte[]> _written = new();
    private readonly Lazy<OpenApiDocument> _document = new(() => DocumentWriter.Write(routes.Endpoints, version, isCounted));

    /// <summary>The document.</summary>
    public OpenApiDocument Value => _document.Value;

    /// <summary>Writes the document.</summary>
    /// <param name="version">Of OpenAPI.</param>
    /// <param name="format"><see cref="OpenApiConstants.Json"/> or <see cref="OpenApiConstants.Yaml"/>.</param>
    /// <param name="prefix">Where the server is on the site of whoever asks; empty for a server that stands alone.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<byte[]> WriteAsync(
        OpenApiSpecVersion version, string format, PathString prefix, CancellationToken cancellationToken)
    {
        var root = prefix.HasValue ? prefix.ToUriComponent() : DocumentWriter.Root;
        if (_written.TryGetValue((version, format, root), out var written))
        {
            return written;
        }

        var document = root == DocumentWriter.Root ? Value : new OpenApiDocument(Value) { Servers = [new OpenApiServer { Url = root }] };
        using var bytes = new MemoryStream();
        await document.SerializeAsync(bytes, version, format, Terse, cancellationToken);
        if (_written.Count >= MostWritten)
        {
            _written.Clear();
        }

        return _written[(version, format, root)] = bytes.ToArray();
    }
}
