// SPDX-License-Identifier: Apache-2.0
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Heron.ApiServer.Logging;

/// <summary>
/// Where the log goes: stdout or a file, as lines for people or as JSON (Serilog's compact form: <c>@t</c>, <c>@l</c>, <c>@m</c> and
/// every value by its name). Under systemd each line tells journald its level.
/// </summary>
internal static class ServerLogging
{
    private const long MaxFileBytes = 64 * 1024 * 1024;
    private const int KeptFiles = 10;
    private const int QueueLength = 20_000;

    /// <summary>Sets it up, and the levels, which can be changed while the server runs.</summary>
    public static void Configure(ILoggingBuilder logging, LogSettings settings)
    {
        var levels = new LogLevels(settings);
        logging.Services.AddSingleton(levels);
        logging.SetMinimumLevel(LogLevel.Trace);

        // Asked before a line is made, so that one that nobody wants costs next to nothing.
        logging.AddFilter((category, level) => levels.Allow(category, level));
        logging.Services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(Make(settings), dispose: true));
    }

    // What hinders the start is told in one line, and a stop during it is none of the host's errors.
    private static bool IsToldElsewhere(LogEvent entry) =>
        entry.Properties.TryGetValue("EventId", out var id) && id is StructureValue { Properties: var parts }
        && parts.Any(part => part is { Name: "Name", Value: ScalarValue { Value: "HostedServiceStartupFaulted" } });

    private static Logger Make(LogSettings settings)
    {
        ITextFormatter formatter = settings.AsJson
            ? new ExpectedFaults(new RenderedCompactJsonFormatter())
            : new LineFormatter(forJournal: settings.File is null && Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);

        // Behind a queue: a terminal that stands still must not hold requests up.
        return new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .Filter.ByExcluding(IsToldElsewhere)
            .WriteTo.Async(
                to => _ = settings.File is { } file
                    ? to.Sink(new LogFile(file, formatter, MaxFileBytes, KeptFiles, Console.Error, TimeProvider.System))
                    : to.Console(formatter),
                QueueLength)
            .CreateLogger();
    }
}
