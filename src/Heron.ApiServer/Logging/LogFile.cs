// SPDX-License-Identifier: Apache-2.0
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting;

namespace Heron.ApiServer.Logging;

/// <summary>
/// A log in files that are rotated. While its disk takes nothing (Serilog's own would be silent for half an hour after a file that it could not
/// begin), lines go to stderr, and every few seconds the file is tried again.
/// </summary>
internal sealed class LogFile : ILogEventSink, ILoggingFailureListener, IDisposable
{
    /// <summary>How often a file that failed is tried again.</summary>
    public static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(10);

    private readonly ITextFormatter _formatter;
    private readonly TextWriter _otherwise;
    private readonly TimeProvider _time;
    private readonly Func<Logger> _open;
    private readonly Lock _lock = new();
    private Logger? _file;
    private DateTimeOffset _failed;

    /// <param name="path">Where; older files are beside it, with a number in their names.</param>
    /// <param name="formatter">Writes the lines.</param>
    /// <param name="maxBytes">When the next file is begun.</param>
    /// <param name="kept">How many files are kept.</param>
    /// <param name="otherwise">Gets what the file does not take.</param>
    /// <param name="time">The clock.</param>
    public LogFile(string path, ITextFormatter formatter, long maxBytes, int kept, TextWriter otherwise, TimeProvider time)
    {
        (_formatter, _otherwise, _time) = (formatter, otherwise, time);
        _open = () => new LoggerConfiguration().MinimumLevel.Verbose()
            .WriteTo.Fallible(
                to => to.File(formatter, path, rollOnFileSizeLimit: true, fileSizeLimitBytes: maxBytes, retainedFileCountLimit: kept), this)
            .CreateLogger();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_lock)
        {
            if (_file is null && _time.GetUtcNow() - _failed < RetryEvery)
            {
                WriteOtherwise([logEvent]);
                return;
            }

            (_file ??= _open()).Write(logEvent);
            if (_failed != default && _file is not null)
            {
                _failed = default;
            }
        }
    }

    /// <inheritdoc/>
    public void OnLoggingFailed(object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events, Exception? exception)
    {
        lock (_lock)
        {
            if (_failed == default)
            {
                _otherwise.WriteLine($"the log file cannot be written, and goes on here until it can: {exception?.Message ?? message}");
            }

            _failed = _time.GetUtcNow();
            WriteOtherwise(events ?? []);
            var file = _file;
            _file = null;
            file?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void WriteOtherwise(IEnumerable<LogEvent> events)
    {
        try
        {
            foreach (var logEvent in events)
            {
                _formatter.Format(logEvent, _otherwise);
            }

            _otherwise.Flush();
        }
        catch (IOException e)
        {
            SelfLog.WriteLine("neither the log file nor stderr takes a line: {0}", e);
        }
    }
}
