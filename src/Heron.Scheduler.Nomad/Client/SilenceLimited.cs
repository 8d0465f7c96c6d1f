// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad.Client;

/// <summary>Reads from a peer that may stop talking.</summary>
internal static class SilenceLimited
{
    /// <summary>One read.</summary>
    /// <exception cref="TimeoutException">Nothing came for as long as the limit.</exception>
    public static async ValueTask<int> ReadAsync(
        Stream stream, Memory<byte> buffer, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await stream.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"it said nothing for {limit.TotalSeconds:0} s in the middle of an answer", late);
        }
    }
}
