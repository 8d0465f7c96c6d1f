namespace Heron.ApiServer.Hosting;

/// <summary>Runs the server and says what it does.</summary>
internal static partial class ServerRun
{
    /// <summary>Runs until SIGINT or SIGTERM; requests in flight are finished first, for as long as the host allows.</summary>
    public static async Task UntilSignalAsync(WebApplication server)
    {
        var settings = server.Services.GetRequiredService<ServerSettings>();
        var logger = server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Heron.ApiServer");
        foreach (var warning in settings.Warnings)
        {
            Log.Warning(logger, warning);
        }

        await server.StartAsync();
        Log.Started(logger, settings.Cluster, settings.Urls.Base, settings.StoreFolder);
        await server.WaitForShutdownAsync();
        Log.Stopped(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);

        [LoggerMessage(Level = LogLevel.Information, Message = "serving cluster {Cluster}; nodes reach this server at {Url}; packages are in {Folder}")]
        public static partial void Started(ILogger logger, string cluster, string url, string folder);

        [LoggerMessage(Level = LogLevel.Information, Message = "stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
