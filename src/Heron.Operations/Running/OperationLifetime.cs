// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Hosting;
namespace Heron.Operations.Running;

/// <summary>
/// How long an operation may run: it does not end with the client that asked for it, and when the server is stopped it
/// has a few seconds to finish.
/// </summary>
public sealed class OperationLifetime : IDisposable
{
    // Shorter than the host's patience of 10 seconds, so that the answer still goes out.
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenRegistration _registration;

    /// <summary>Follows the host.</summary>
    /// <param name="host">Tells when the server is stopped.</param>
    /// <param name="grace">How long operations may still run then; 8 seconds when not given.</param>
    public OperationLifetime(IHostApplicationLifetime host, TimeSpan? grace = null) =>
        _registration = host.ApplicationStopping.Register(() => _ending.CancelAfter(grace ?? DefaultGrace));

    /// <summary>Cancelled when the server can wait no longer.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _ending.Dispose();
    }
}
