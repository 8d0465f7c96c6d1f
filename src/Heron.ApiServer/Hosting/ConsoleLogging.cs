using Microsoft.Extensions.Logging.Console;

namespace Heron.ApiServer.Hosting;

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
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
    }
}
