using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Heron.BlockingServer;

/// <summary>
/// Counts the server's log lines from the first that contains a text on, and stops the thread that writes a given one for
/// ever. The server then stands exactly there, for a test to kill it.
/// </summary>
public sealed class BlockingLogger(string from, int line, string reached) : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private int _count = -1;

    /// <summary>As the test wants it: HERON_BLOCK_FROM (text), HERON_BLOCK_LINE (number), HERON_BLOCK_REACHED (file).</summary>
    public static BlockingLogger FromEnvironment() => new(
        Environment.GetEnvironmentVariable("HERON_BLOCK_FROM")!,
        int.Parse(Environment.GetEnvironmentVariable("HERON_BLOCK_LINE")!, CultureInfo.InvariantCulture),
        Environment.GetEnvironmentVariable("HERON_BLOCK_REACHED")!);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        lock (_lock)
        {
            if (_count < 0 && !text.Contains(from, StringComparison.Ordinal))
            {
                return;
            }

            if (++_count != line)
            {
                return;
            }
        }

        File.WriteAllText(reached + ".part", text);
        File.Move(reached + ".part", reached);
        using var never = new ManualResetEvent(false);
        never.WaitOne();
    }

    public void Dispose()
    {
    }
}
