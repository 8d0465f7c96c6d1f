// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>Splits a stream that goes on into its lines.</summary>
internal static class LineReader
{
    /// <summary>An event may hold a whole job with its scripts.</summary>
    private const int LongestLine = 16 * 1024 * 1024;

    /// <summary>The lines, without their ends; empty ones are left out.</summary>
    /// <exception cref="TimeoutException">Nothing came for as long as the limit.</exception>
    /// <exception cref="NomadException">A line is longer than any of Nomad's.</exception>
    public static async IAsyncEnumerable<byte[]> ReadAsync(
        Stream stream, TimeSpan silence, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        using var line = new MemoryStream();
        while (await SilenceLimited.ReadAsync(stream, buffer, silence, time, cancellationToken) is > 0 and var count)
        {
            var begin = 0;
            while (Array.IndexOf(buffer, (byte)'\n', begin, count - begin) is >= 0 and var end)
            {
                line.Write(buffer.AsSpan(begin, end - begin));
                begin = end + 1;
                if (line.Length > 0)
                {
                    yield return line.ToArray();
                }

                line.SetLength(0);
            }

            line.Write(buffer.AsSpan(begin, count - begin));
            if (line.Length > LongestLine)
            {
                throw NomadException.NotUnderstood("an event is longer than any of Nomad's", null);
            }
        }
    }
}
