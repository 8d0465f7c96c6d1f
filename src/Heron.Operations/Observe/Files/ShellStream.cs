// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Storage;
using Heron.Core.Topologies;

namespace Heron.Operations.Observe.Files;

/// <summary>Part of a file, read slice by slice through a heron-shell, which hands out text only.</summary>
internal sealed class ShellStream(
    IContainerShells shells, TopologyIdentity topology, int container, string path, long begin, long count) : ForwardStream
{
    private const int SliceBytes = 256 * 1024;
    private const char Replacement = '\uFFFD';

    private ReadOnlyMemory<byte> _slice;
    private readonly long _end = begin + count;
    private long _next = begin;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException("read it asynchronously");

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = _end - _next;
        if (_slice.IsEmpty && left > 0)
        {
            _slice = await SliceAsync(Math.Min(SliceBytes, left), isLast: left <= SliceBytes, cancellationToken);
            _next += _slice.Length;
        }

        var part = _slice[..Math.Min(buffer.Length, _slice.Length)];
        part.CopyTo(buffer);
        _slice = _slice[part.Length..];
        return part.Length;
    }

    /// <summary>The next bytes; none at the end. A character that the slice's end cuts comes with the next one.</summary>
    private async Task<byte[]> SliceAsync(long length, bool isLast, CancellationToken cancellationToken)
    {
        var slice = await shells.ReadAsync(topology, container, path, _next, length, cancellationToken);
        var text = slice.Data ?? "";
        var whole = Encoding.UTF8.GetBytes(text);

        // A character of four bytes that is cut after three is as long as what stands for it.
        if (slice.Length <= 0 || (whole.Length == slice.Length && (isLast || !text.EndsWith(Replacement))))
        {
            return slice.Length <= 0 ? [] : whole;
        }

        var bytes = Encoding.UTF8.GetBytes(text.TrimEnd(Replacement));
        return !isLast && bytes.Length > 0 && bytes.Length < slice.Length && slice.Length - bytes.Length < 4
            ? bytes
            : throw new HeronException(
                FaultKind.BadGateway,
                $"a heron-shell can hand out text only, and '{ShownText.Of(path)}' is something else; fetch it from the node or through the scheduler");
    }
}
