// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>
/// The keys that one address gives out, asked for when somebody needs them: before keys are believed that were read a while ago, since
/// issuers withdraw keys, and at once when a token names a key that is not known, since they make new ones. While the issuer is away its
/// last keys hold. Tokens with made-up keys do not make the server ask more often than once in <see cref="Pause"/>.
/// </summary>
internal sealed partial class RemoteKeys(HttpClient client, Uri address, TimeProvider time, ILogger logger)
{
    /// <summary>How long keys are taken without asking whether they are still the issuer's.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>How long the last keys of an issuer that is away hold.</summary>
    public static readonly TimeSpan Held = TimeSpan.FromHours(24);

    /// <summary>The least time between two questions.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private const int LargestAnswer = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(5);

    // Of one that did not answer before nobody expects an answer: only what has come back by then is waited for.
    private static readonly TimeSpan PatienceWithSilent = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private volatile Answer? _last;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    // Why the last question was not answered; empty when it was.
    private volatile string _problem = "";
    private string _mistakes = "";
    private Task _asking = Task.CompletedTask;

    /// <summary>A client with limits on time and size, that follows nobody elsewhere.</summary>
    public static HttpClient NewClient()
    {
#pragma warning disable CA2000 // The client disposes its handler.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Connecting, PooledConnectionLifetime = Fresh };
#pragma warning restore CA2000
        return new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <summary>The keys as the issuer gives them out; those that it last gave out, while it is away.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: there are none to go by.</exception>
    public async Task<IReadOnlyList<IssuerKey>> CurrentAsync(CancellationToken cancellationToken)
    {
        if (!IsYoungerThan(Fresh))
        {
            var silent = _problem.Length > 0 && IsYoungerThan(Held);
            try
            {
                await Ask().WaitAsync(silent ? PatienceWithSilent : Timeout.InfiniteTimeSpan, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // It goes on being asked.
            }
        }

        return IsYoungerThan(Held) ? _last!.Keys : throw Away();
    }

    /// <summary>The keys after asking for them once more, unless that was done a moment ago.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the issuer does not answer, so that nobody knows what keys it has made.</exception>
    public async Task<IReadOnlyList<IssuerKey>> NewerAsync(CancellationToken cancellationToken)
    {
        await Ask().WaitAsync(cancellationToken);
        return _problem.Length == 0 && _last is { } last ? last.Keys : throw Away();
    }

    private bool IsYoungerThan(TimeSpan age) => _last is { } last && time.GetUtcNow() - last.Time < age;

    private BusyException Away() => new(
        $"the keys of the token's issuer are not to be had from {address.Host} now, and the server's log says why; try again, or log in otherwise",
        isCallers: false,
        Pause);

    // Whoever comes while somebody asks waits for the same answer. A client that goes away does not end it for the others.
    private Task Ask()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_asking.IsCompleted && now - _asked >= Pause)
            {
                _asked = now;
                _asking = AskAsync();
            }

            return _asking;
        }
    }

    private async Task AskAsync()
    {
        try
        {
            using var response = await client.GetAsync(address);
            if (!response.IsSuccessStatusCode)
            {
                throw new HeronException(FaultKind.BadGateway, $"{address} answered {(int)response.StatusCode}");
            }

            var set = KeySetReader.Read(await response.Content.ReadAsByteArrayAsync(), address.ToString());
            _last = new Answer(set.Keys, time.GetUtcNow());
            if (set.Mistakes != _mistakes && set.Mistakes.Length > 0)
            {
                IssuerKeys.Log.PassedOver(logger, set.Mistakes);
            }

            _mistakes = set.Mistakes;
            if (_problem.Length > 0)
            {
                Log.Back(logger, address);
            }

            _problem = "";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or HeronException)
        {
            var problem = e switch
            {
                HeronException => e.Message,
                HttpRequestException => $"{address} cannot be asked: {e.Message}",
                _ => $"{address} did not answer within {Patience.TotalSeconds} s",
            };
            if (problem != _problem)
            {
                Log.Away(logger, problem);
            }

            _problem = problem;
        }
    }

    private sealed record Answer(IReadOnlyList<IssuerKey> Keys, DateTimeOffset Time);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "keys of an issuer are not to be had, those known before hold for a day: {Problem}")]
        public static partial void Away(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "keys of an issuer are to be had again: {Address}")]
        public static partial void Back(ILogger logger, Uri address);
    }
}
