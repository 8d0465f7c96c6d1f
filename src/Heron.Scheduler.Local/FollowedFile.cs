// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.Scheduler.Local;

/// <summary>A file to read from while it grows: at its end the next bytes are waited for. One that is put aside is followed by the new one.</summary>
internal sealed class FollowedFile(string path, FileStream file, TimeProvider time) : ForwardStream
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private FileStream _file = file;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) =>
        throw new NotSupportedException("what is followed is waited for; read it asynchronously");

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int read;
        while ((read = await _file.ReadAsync(buffer, cancellationToken)) == 0)
        {
            await Task.Delay(Poll, time, cancellationToken);
            GoOnWithNext();
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A file that is shorter than what was read of it is another one: the former was put aside when the container began anew.</summary>
    private void GoOnWithNext()
    {
        try
        {
            if (_file.Length > _file.Position || new FileInfo(path).Length >= _file.Position)
            {
                return;
            }

            var next = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _file.Dispose();
            _file = next;
        }
        catch (IOException)
        {
            // There is none at the moment.
        }
    }
}
