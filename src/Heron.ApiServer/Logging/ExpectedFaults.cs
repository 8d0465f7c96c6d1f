// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Heron.ApiServer.Logging;

/// <summary>
/// Faults of the surroundings, such as a server that is away, are logged in their own words: where in the code they were met helps
/// nobody. Everything else is a bug and keeps its stack.
/// </summary>
/// <param name="inner">Writes the entries, those of such faults without an exception.</param>
internal sealed class ExpectedFaults(ITextFormatter inner) : ITextFormatter
{
    private const string Property = "Fault";

    /// <summary>What an exception says when it is such a fault; null when it is not.</summary>
    public static string? WordsOf(Exception exception) => exception is HeronException ? exception.Message : null;

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        if (logEvent.Exception is { } exception && WordsOf(exception) is { } words)
        {
            logEvent = new LogEvent(
                logEvent.Timestamp,
                logEvent.Level,
                exception: null,
                logEvent.MessageTemplate,
                logEvent.Properties
                    .Select(property => new LogEventProperty(property.Key, property.Value))
                    .Append(new LogEventProperty(Property, new ScalarValue(words))));
        }

        inner.Format(logEvent, output);
    }
}
