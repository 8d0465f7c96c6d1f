using Heron.ApiServer.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.ApiServer.Tests.Hosting;

public sealed class LineFormatterTests
{
    [Fact]
    public void An_entry_names_time_level_and_place()
    {
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn  Pipeline: it rains\n$", Format("it rains", null));
    }

    [Fact]
    public void Whatever_a_message_and_its_exception_contain_the_entry_is_one_line()
    {
        var line = Format("a\r\nforged\u2028line\u001b[31m", new InvalidOperationException("b\nc", new IOException("d")));

        Assert.Single(line.Split(['\n', '\r', '\u2028'], StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain('\u001b', line);
        Assert.Contains("a  forged?line?[31m | System.InvalidOperationException: b c", line, StringComparison.Ordinal);
    }

    private static string Format(string message, Exception? exception)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "Heron.Some.Pipeline", default, message, exception, (state, _) => state);
        new LineFormatter(TimeProvider.System).Write(entry, null, text);
        return text.ToString();
    }
}
