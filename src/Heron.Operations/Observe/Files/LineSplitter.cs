// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.Operations.Observe.Files;

/// <summary>Makes lines of bytes that come in pieces. A line that is longer than any should be is cut in several.</summary>
/// <param name="offset">Where the bytes begin in the whole.</param>
internal sealed class LineSplitter(long offset)
{
    private const int LongestLine = 64 * 1024;

    private readonly List<byte> _rest = [];

    /// <summary>The end of the last whole line.</summary>
    public long End { get; private set; } = offset;

    /// <summary>The lines that end in a piece, each with its end in the whole.</summary>
    public IEnumerable<(string Text, long End)> Add(ReadOnlyMemory<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.Span.IndexOf((byte)'\n');
            var part = end < 0 ? piece : piece[..end];
            part = part[..Math.Min(part.Length, LongestLine - _rest.Count)];
            var isWhole = part.Length == end;
            _rest.AddRange(part.Span);
            piece = piece[(part.Length + (isWhole ? 1 : 0))..];
            if (isWhole || _rest.Count == LongestLine)
            {
                yield return Cut(isWhole ? 1 : 0);
            }
        }
    }

    /// <summary>What is left without an end.</summary>
    public (string Text, long End)? Rest() => _rest.Count == 0 ? null : Cut(0);

    private (string Text, long End) Cut(int ending)
    {
        End += _rest.Count + ending;
        var text = Encoding.UTF8.GetString([.. _rest]).TrimEnd('\r');
        _rest.Clear();
        return (text, End);
    }
}
