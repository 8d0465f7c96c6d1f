// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Heron.Core;
using Heron.Core.Packages;
using Microsoft.Extensions.Logging;

namespace Heron.Packages.Uploaders;

/// <summary>
/// Posts packages to another server, as Heron's <c>HttpUploader</c> does: multipart, one part named <c>file</c>; the answer's
/// body is the URI to download from.
/// </summary>
/// <param name="options">Where to.</param>
/// <param name="client">
/// Sends, and is disposed with the uploader. It must not follow redirects: a redirected POST loses its body.
/// </param>
/// <param name="logger">Hears what is left behind.</param>
/// <param name="time">Measures how long the other server says nothing.</param>
public sealed partial class HttpUploader(
    HttpUploaderOptions options, HttpClient client, ILogger<HttpUploader> logger, TimeProvider time) : IUploader, IDisposable
{
    private const int LongestAnswer = 8 * 1024;
    private const int QuotedAnswer = 200;

    /// <summary>A client that fits: no redirects, a limit for connecting, and none for the upload itself, which is watched here.</summary>
    public static HttpClient CreateClient()
    {
#pragma warning disable CA2000 // The client disposes its handler.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = UploadPatience.Default.Connecting };
#pragma warning restore CA2000
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Posts; where the package is, only the answer tells.</summary>
    /// <inheritdoc/>
    public async Task<PublishedPackage> PublishAsync(
        TopologyPackage package, Func<PublishedPackage, Task> decided, CancellationToken cancellationToken)
    {
        using var watch = new UploadWatch(options.Patience, time, cancellationToken);
        try
        {
            await using var file = WatchedPackage.Open(package.Path, watch);
            using var part = new StreamContent(file, bufferSize: 128 * 1024);
            part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var form = new MultipartFormDataContent { { part, "file", PackageFileName.Of(package) } };
            using var request = new HttpRequestMessage(HttpMethod.Post, options.Address) { Content = form };
            if (options.Address.UserInfo is { Length: > 0 } user)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watch.Token);
            var answer = await ReadAsync(response.Content, watch.Token);
            return new PublishedPackage(UriOf(response.StatusCode, answer), package.Sha256);
        }
        catch (Exception fault) when (watch.IsOver)
        {
            throw watch.Explain($"{options.Shown} ({HttpUploaderOptions.AddressKey})", fault);
        }
        catch (HttpRequestException fault)
        {
            throw new HeronException(
                FaultKind.Unavailable,
                $"the package cannot be uploaded to {options.Shown} ({HttpUploaderOptions.AddressKey}): {PeerWords.Of(fault)}",
                fault);
        }
        catch (IOException fault)
        {
            throw new HeronException(
                FaultKind.BadGateway,
                $"the upload to {options.Shown} ({HttpUploaderOptions.AddressKey}) broke off: {PeerWords.Of(fault)}",
                fault);
        }
    }

    /// <summary>Deletes nothing: the other server has no request for that. The log says what stays there.</summary>
    /// <inheritdoc/>
    public Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        Log.Stays(logger, package.Uri);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private string UriOf(HttpStatusCode status, string answer)
    {
        var code = (int)status;
        if (code is < 200 or > 299)
        {
            throw new HeronException(
                status == HttpStatusCode.InsufficientStorage ? FaultKind.OutOfSpace : FaultKind.BadGateway,
                $"{options.Shown} ({HttpUploaderOptions.AddressKey}) refused the package with status {code}: {Quote(answer)}");
        }

        // Nodes get this text as an argument of their downloader.
        var text = answer.Trim();
        return Uri.TryCreate(text, UriKind.Absolute, out _) && text.Contains("://", StringComparison.Ordinal)
            && text.All(c => c is > ' ' and <= '~')
            ? text
            : throw new HeronException(
                FaultKind.BadGateway,
                $"{options.Shown} ({HttpUploaderOptions.AddressKey}) answered {code} without a URI to download from: {Quote(answer)}");
    }

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static string Quote(string answer)
    {
        var line = ShownText.Line(answer, QuotedAnswer);
        return line.Length == 0 ? "(no text)" : line;
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 1,
            Level = LogLevel.Information,
            Message = "The package {Uri} stays on the server that it was uploaded to; delete it there when it is no longer needed")]
        public static partial void Stays(ILogger logger, string uri);
    }
}
