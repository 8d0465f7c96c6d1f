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

    /// <summary>Sets it up, and the switch by which the level can be changed while the server runs.</summary>
    public static void Configure(ILoggingBuilder logging, LogSettings settings)
    {
        var level = new LoggingLevelSwitch(settings.Verbose ? LogEventLevel.Debug : LogEventLevel.Information);
        logging.Services.AddSingleton(level);
        logging.SetMinimumLevel(LogLevel.Trace);

        // The framework's own lines repeat what ours say, and write paths as the client sent them, line breaks included.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.Services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(Make(settings, level), dispose: true));
    }

    // What hinders the start is told in one line, and a stop during it is none of the host's errors.
    private static bool IsToldElsewhere(LogEvent entry) =>
        entry.Properties.TryGetValue("EventId", out var id) && id is StructureValue { Properties: var parts }
        && parts.Any(part => part is { Name: "Name", Value: ScalarValue { Value: "HostedServiceStartupFaulted" } });

    private static Logger Make(LogSettings settings, LoggingLevelSwitch level)
    {
        ITextFormatter formatter = settings.AsJson
            ? new ExpectedFaults(new RenderedCompactJsonFormatter())
            : new LineFormatter(forJournal: settings.File is null && Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);

        // Behind a queue: a terminal that stands still must not hold requests up.
        return new LoggerConfiguration()
            .MinimumLevel.ControlledBy(level)
            .Filter.ByExcluding(IsToldElsewhere)
            .WriteTo.Async(
                to => _ = settings.File is { } file
                    ? to.File(formatter, file, rollOnFileSizeLimit: true, fileSizeLimitBytes: MaxFileBytes, retainedFileCountLimit: KeptFiles)
                    : to.Console(formatter),
                QueueLength)
            .CreateLogger();
    }
}
