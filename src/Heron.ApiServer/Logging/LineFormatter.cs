using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Heron.ApiServer.Logging;

/// <summary>
/// One line an entry: time in UTC, level, where it comes from, what happened, and an exception's whole text behind
/// <c>|</c>. Whatever the text contains, an entry stays one line.
/// </summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>Its name in the logging configuration.</summary>
    public const string FormatterName = "line";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write(LevelName(logEntry.LogLevel));
        textWriter.Write(ShortCategory(logEntry.Category));
        textWriter.Write(": ");
        WriteOnOneLine(textWriter, logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(" | ");
            WriteOnOneLine(textWriter, exception.ToString());
        }

        textWriter.Write('\n');
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => " trace ",
        LogLevel.Debug => " debug ",
        LogLevel.Information => " info  ",
        LogLevel.Warning => " warn  ",
        LogLevel.Error => " error ",
        _ => " fatal ",
    };

    private static string ShortCategory(string category) => category[(category.LastIndexOf('.') + 1)..];

    private static void WriteOnOneLine(TextWriter writer, string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                writer.Write(character is '\n' or '\r' or '\t' ? ' ' : '?');
            }
            else
            {
                writer.Write(character);
            }
        }
    }
}
