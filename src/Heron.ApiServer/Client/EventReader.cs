// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Heron.ApiServer.Answers;
using Heron.ApiServer.CommandLine;

namespace Heron.ApiServer.Client;

/// <summary>
/// Follows a stream of server-sent events. When the connection breaks, or the server restarts, it asks again and goes on behind the last
/// message it got, for as long as it takes; only the first time must the server be there.
/// </summary>
internal sealed class EventReader(ServerConnection server, TextWriter errors, TimeProvider time)
{
    // The server gives a sign of life every 15 s.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private TimeSpan _wait = TimeSpan.FromSeconds(1);
    private string? _last;

    /// <summary>The messages of a stream.</summary>
    /// <param name="path">Of the stream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ClientException">The server refuses, or cannot be reached the first time.</exception>
    public async IAsyncEnumerable<string> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await server.SendAsync(path, EventStream.MediaType, _last, cancellationToken);
        while (true)
        {
            using (answer)
            {
                using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
                while (await NextAsync(reader, cancellationToken) is { } message)
                {
                    yield return message;
                }
            }

            answer = await AgainAsync(path, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> AgainAsync(string path, CancellationToken cancellationToken)
    {
        var told = false;
        while (true)
        {
            await Task.Delay(_wait, time, cancellationToken);
            try
            {
                return await server.SendAsync(path, EventStream.MediaType, _last, cancellationToken);
            }
            catch (ClientException fault) when (fault.ExitCode == ClientExitCodes.Unreachable || fault.IsPassing)
            {
                if (!told)
                {
                    await errors.WriteLineAsync($"{fault.Message}; trying again until it can");
                    told = true;
                }
            }
        }
    }

    /// <summary>The next message; null at the stream's end.</summary>
    private async Task<string?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var data = new StringBuilder();
        var id = _last;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            silence.CancelAfter(Silence);
            while (await reader.ReadLineAsync(silence.Token) is { } line)
            {
                silence.CancelAfter(Silence);
                if (line.Length == 0 && data.Length > 0)
                {
                    _last = id;
                    return data.ToString(0, data.Length - 1);
                }

                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
                value = value.StartsWith(' ') ? value[1..] : value;
                switch (field)
                {
                    case "id":
                        id = value;
                        break;
                    case "data":
                        data.Append(value).Append('\n');
                        break;
                    case "retry" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds):
                        _wait = TimeSpan.FromMilliseconds(milliseconds);
                        break;
                }
            }
        }
        catch (Exception fault) when (
            fault is IOException or HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The connection broke.
        }

        // What has begun and not ended comes again.
        return null;
    }
}
