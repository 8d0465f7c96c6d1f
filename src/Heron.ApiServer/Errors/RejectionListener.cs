// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Heron.ApiServer.Errors;

/// <summary>Hears from Kestrel that it rejects a request, tells the connection's <see cref="RejectionWriter"/>, and logs it.</summary>
internal sealed partial class RejectionListener(DiagnosticListener source, ILogger<RejectionListener> logger)
    : IHostedService, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string BadRequestEvent = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? _subscription;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Asked for by name only: the events of ordinary requests stay off and cost nothing.
        _subscription = source.Subscribe(this, static name => name == BadRequestEvent);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: BadRequestEvent, Value: IFeatureCollection features })
        {
            var why = features.Get<IBadRequestExceptionFeature>()?.Error?.Message ?? "it cannot be read";
            features.Get<RejectionWriter>()?.Reject(why);

            // Such a request never becomes one for the request log.
            Log.Rejected(logger, features.Get<IHttpConnectionFeature>()?.RemoteIpAddress, ShownText.Of(why, ShownText.LineLength));
        }
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
        // A diagnostic source reports no errors of its own.
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
        // The source ends with the program.
    }

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "request from {Remote} refused before it was read: {Why}")]
        public static partial void Rejected(ILogger logger, System.Net.IPAddress? remote, string why);
    }
}
