namespace Heron.ApiServer.Lifecycle;

/// <summary>
/// How long an operation may run: it does not end with the client that asked for it, and when the server is stopped it
/// has a few seconds to finish.
/// </summary>
public sealed class OperationLifetime : IDisposable
{
    // Shorter than the host's patience of 10 seconds, so that the answer still goes out.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenRegistration _registration;

    /// <summary>Follows the host.</summary>
    public OperationLifetime(IHostApplicationLifetime host) =>
        _registration = host.ApplicationStopping.Register(() => _ending.CancelAfter(Grace));

    /// <summary>Cancelled when the server can wait no longer.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _ending.Dispose();
    }
}
