// SPDX-License-Identifier: Apache-2.0
using Microsoft.Net.Http.Headers;

namespace Heron.ApiServer.Files;

/// <summary>The bytes of a file that a request asks for.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Number of bytes.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>What a Range header asks for.</summary>
    /// <param name="request">Whose header.</param>
    /// <param name="total">Bytes of the whole file.</param>
    /// <param name="satisfiable">False when the header is sound but no byte of the file is in it: 416.</param>
    /// <returns>
    /// Null for the whole file: no header, a malformed one, another unit, or several ranges, which a server may ignore and
    /// which nobody needs for a tar file.
    /// </returns>
    public static ByteRange? Of(HttpRequest request, long total, out bool satisfiable)
    {
        satisfiable = true;
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header)
            || !header.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
            || header.Ranges.Count != 1)
        {
            return null;
        }

        var asked = header.Ranges.First();
        var (first, last) = asked switch
        {
            { From: { } from, To: { } to } => (from, Math.Min(to, total - 1)),
            { From: { } from } => (from, total - 1),
            { To: { } suffix } => (suffix == 0 ? total : Math.Max(0, total - suffix), total - 1),
            _ => (total, total - 1),
        };
        satisfiable = first <= last;
        return satisfiable ? new ByteRange(first, last - first + 1) : null;
    }
}
