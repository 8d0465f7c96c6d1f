// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>
/// What files say, read again when one of them was changed: somebody who renews them need not restart the server. What cannot be
/// read, as while they are being replaced, leaves in place what was read before, and is tried again.
/// </summary>
internal sealed class ReloadedFiles<T>
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<T> _read;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Action<string?>? _tell;
    private T _value;
    private IReadOnlyList<(DateTime Written, long Length)> _seen;
    private DateTimeOffset _looked;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="interval">How often they are looked at, at most, and only when somebody asks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Hears of each change: null for files that are used, otherwise why they are not, each reason once.</param>
    /// <exception cref="HeronException">They cannot be used.</exception>
    public ReloadedFiles(IReadOnlyList<string> paths, Func<T> read, TimeSpan interval, TimeProvider time, Action<string?>? tell = null)
    {
        (_paths, _read, _interval, _time, _tell) = (paths, read, interval, time, tell);
        (_looked, _seen) = (time.GetUtcNow(), Stamps());
        _value = read();
    }

    /// <summary>Why the files were last not used after a change; null when they were.</summary>
    public string? Problem { get; private set; }

    /// <summary>What holds now.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                var now = _time.GetUtcNow();
                if (now - _looked >= _interval)
                {
                    _looked = now;
                    Refresh();
                }

                return _value;
            }
        }
    }

    /// <summary>Reads the files now, changed or not; only the caller is told.</summary>
    /// <returns>Why they cannot be used, in which case what was read before holds; null when they are.</returns>
    public string? Reload()
    {
        lock (_lock)
        {
            (_looked, _seen) = (_time.GetUtcNow(), Stamps());
            try
            {
                _value = _read();
                Problem = null;
            }
            catch (HeronException e)
            {
                Problem = e.Message;
            }

            return Problem;
        }
    }

    private void Refresh()
    {
        var seen = Stamps();
        if (Problem is null && seen.SequenceEqual(_seen))
        {
            return;
        }

        _seen = seen;
        try
        {
            _value = _read();
            Problem = null;
            _tell?.Invoke(null);
        }
        catch (HeronException e)
        {
            if (Problem != e.Message)
            {
                _tell?.Invoke(e.Message);
            }

            Problem = e.Message;
        }
    }

    private List<(DateTime Written, long Length)> Stamps() =>
        [.. _paths.Select(path => new FileInfo(path)).Select(file => file.Exists ? (file.LastWriteTimeUtc, file.Length) : default)];
}
