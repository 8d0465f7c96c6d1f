// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Heron.Core;

namespace Heron.Daemons.Calls;

/// <summary>An answer that is arriving.</summary>
internal sealed class DaemonExchange(DaemonAddress from, HttpResponseMessage response, Patience patience) : IDisposable
{
    private const int BlockSize = 32 * 1024;

    /// <summary>HTTP status.</summary>
    public HttpStatusCode Status => response.StatusCode;

    /// <summary>Passes the body on, as far as the limits let it.</summary>
    /// <exception cref="DaemonException">It stopped, broke off, or is too large.</exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var block = new byte[BlockSize];
        long sum = 0;
        while (true)
        {
            var count = await ReadAsync(block, cancellationToken);
            if (count == 0)
            {
                return;
            }

            sum += count;
            if (sum > patience.MaxBytes)
            {
                throw new DaemonException(
                    FaultKind.BadGateway,
                    from.Daemon,
                    string.Create(CultureInfo.InvariantCulture, $"sent more than {patience.MaxBytes} bytes"));
            }

            patience.Rest();
            await target.WriteAsync(block.AsMemory(0, count), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        response.Dispose();
        patience.Dispose();
    }

    private async Task<int> ReadAsync(byte[] block, CancellationToken cancellationToken)
    {
        try
        {
            patience.Heard();
            var stream = await response.Content.ReadAsStreamAsync(patience.Token);
            return await stream.ReadAsync(block, patience.Token);
        }
        catch (Exception e) when (DaemonTransport.FaultOf(e, from, patience, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }
}
