// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Heron.ApiServer.Logging;

/// <summary>
/// One line an entry, in UTC, the request that it belongs to in brackets at its end. Whatever a message contains, it stays one line and does
/// nothing to a terminal.
/// </summary>
/// <param name="forJournal">Begin lines with the level as journald reads it (sd-daemon(3)), and leave the time to it.</param>
internal sealed class LineFormatter(bool forJournal) : ITextFormatter
{
    private const string Category = "SourceContext";
    private const string Request = "RequestId";

    // Texts as they are, without the quotes that Serilog puts around them.
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(forJournal
            ? Priority(logEvent.Level)
            : logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        output.Write(LevelName(logEvent.Level));
        output.Write(ShortCategory(TextOf(logEvent, Category) ?? ""));
        output.Write(": ");
        using (var message = new StringWriter(CultureInfo.InvariantCulture))
        {
            Message.Format(logEvent, message);
            WriteOnOneLine(output, message.ToString());
        }

        if (logEvent.Exception is { } exception)
        {
            output.Write(" | ");
            WriteOnOneLine(output, ExpectedFaults.WordsOf(exception) ?? exception.ToString());
        }

        if (TextOf(logEvent, Request) is { } request)
        {
            output.Write(" [");
            WriteOnOneLine(output, request);
            output.Write(']');
        }

        output.Write('\n');
    }

    private static string? TextOf(LogEvent entry, string property) =>
        entry.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: string text } ? text : null;

    private static string Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => "<7>",
        LogEventLevel.Information => "<6>",
        LogEventLevel.Warning => "<4>",
        LogEventLevel.Error => "<3>",
        _ => "<2>",
    };

    private static string LevelName(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => " trace ",
        LogEventLevel.Debug => " debug ",
        LogEventLevel.Information => " info  ",
        LogEventLevel.Warning => " warn  ",
        LogEventLevel.Error => " error ",
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
