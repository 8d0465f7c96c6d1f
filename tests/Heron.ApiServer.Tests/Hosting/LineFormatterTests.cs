// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Logging;
using Heron.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Parsing;

namespace Heron.ApiServer.Tests.Hosting;

public sealed class LineFormatterTests
{
    [Fact]
    public void An_entry_names_time_level_place_and_request()
    {
        Assert.Equal(
            "2026-01-02T03:04:05.678Z warn  Pipeline: it rains on word [0HN1]\n",
            Format("it rains on {Topology}", null, ("Topology", "word"), ("RequestId", "0HN1")));
    }

    [Fact]
    public void An_entry_for_journald_begins_with_the_level_that_it_reads()
    {
        Assert.Equal("<4> warn  Pipeline: it rains\n", Format("it rains", null, forJournal: true));
    }

    [Fact]
    public void Whatever_a_message_and_its_exception_contain_the_entry_is_one_line()
    {
        var line = Format("{Text}", new InvalidOperationException("b\nc", new IOException("d")), ("Text", "a\r\nforged\u2028line\u001b[31m"));

        Assert.Single(line.Split(['\n', '\r', '\u2028'], StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain('\u001b', line);
        Assert.Contains("a  forged?line?[31m | System.InvalidOperationException: b c", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_of_the_surroundings_is_told_in_its_words_and_a_bug_with_its_place()
    {
        var away = Thrown(new HeronException(FaultKind.Unavailable, "Nomad is away", new IOException("reset")));
        var bug = Thrown(new InvalidOperationException("a bug"));

        Assert.EndsWith("cannot undo | Nomad is away\n", Format("cannot undo", away), StringComparison.Ordinal);
        Assert.Contains("   at ", Format("cannot undo", bug), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Json(away), StringComparison.Ordinal);
        Assert.Contains("Nomad is away", Json(away), StringComparison.Ordinal);
        Assert.Contains("   at ", Json(bug), StringComparison.Ordinal);

        static Exception Thrown(Exception exception)
        {
            try
            {
                throw exception;
            }
            catch (Exception caught)
            {
                return caught;
            }
        }
    }

    private static string Json(Exception exception)
    {
        using var text = new StringWriter();
        new ExpectedFaults(new RenderedCompactJsonFormatter()).Format(
            new LogEvent(default, LogEventLevel.Error, exception, new MessageTemplateParser().Parse("cannot undo"), []), text);
        return text.ToString();
    }

    private static string Format(string template, Exception? exception, params (string Name, string Value)[] properties) =>
        Format(template, exception, forJournal: false, properties);

    private static string Format(string template, Exception? exception, bool forJournal, params (string Name, string Value)[] properties)
    {
        using var text = new StringWriter();
        var entry = new LogEvent(
            new DateTimeOffset(2026, 1, 2, 4, 4, 5, 678, TimeSpan.FromHours(1)),
            LogEventLevel.Warning,
            exception,
            new MessageTemplateParser().Parse(template),
            properties.Append(("SourceContext", "Heron.Some.Pipeline")).Select(p => new LogEventProperty(p.Item1, new ScalarValue(p.Item2))));
        new LineFormatter(forJournal).Format(entry, text);
        return text.ToString();
    }
}
