using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Heron.ApiServer.Logging;

/// <summary>Logs to stdout, one line an entry, UTC, without colours.</summary>
internal static class ConsoleLogging
{
    /// <summary>Sets it up.</summary>
    public static void Configure(ILoggingBuilder logging, bool verbose)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information);

        // The framework's own lines repeat what ours say, and write paths as the client sent them, line breaks included.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
    }
}
