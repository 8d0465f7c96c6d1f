using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Heron.ApiServer.Errors;

/// <summary>Hears from Kestrel that it rejects a request, and tells the connection's <see cref="RejectionWriter"/>.</summary>
internal sealed class RejectionListener(DiagnosticListener source) : IHostedService, IObserver<KeyValuePair<string, object?>>, IDisposable
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
            features.Get<RejectionWriter>()?.Reject(
                features.Get<IBadRequestExceptionFeature>()?.Error?.Message ?? "it cannot be read");
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
}
