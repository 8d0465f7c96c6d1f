// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;

namespace Heron.ApiServer.Hosting;

/// <summary>Runs the server and says what it does.</summary>
internal static partial class ServerRun
{
    /// <summary>Logs which version this is: the first line, whatever comes of the start.</summary>
    /// <param name="server">The server, just built.</param>
    public static void TellVersion(WebApplication server) => Log.Version(LoggerOf(server), ServerVersion.Text);

    /// <summary>
    /// Runs until SIGINT or SIGTERM; requests in flight are finished first, for as long as the host allows. A signal that comes before
    /// the server serves ends it at once.
    /// </summary>
    /// <param name="server">The server, not started yet.</param>
    /// <param name="options">What it was started with, to be read again on SIGHUP.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> UntilSignalAsync(WebApplication server, OptionsAgain options)
    {
        var settings = server.Services.GetRequiredService<ServerSettings>();
        var logger = LoggerOf(server);
        foreach (var warning in settings.Warnings)
        {
            Log.Warning(logger, warning);
        }

        var manager = new ServiceManager(logger);
        using var stopping = server.Lifetime.ApplicationStopping.Register(manager.Stopping);
        var reloading = server.Services.GetRequiredService<Reloading>();
        using var signals = ProcessSignals.Take(() => manager.While(() => reloading.Now(options)), logger);
        using var files = new ProgramFiles(server.Lifetime, logger);
        files.Hold();
        try
        {
            await server.StartAsync();
        }
        catch (OperationCanceledException) when (server.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Log.StoppedBefore(logger);
            return ExitCodes.Success;
        }

        files.BeginToLoad();
        if (settings.OptionsFile is { } file)
        {
            Log.OptionsRead(logger, file);
        }

        Log.Listening(logger, settings.Listens);
        Log.Started(logger, settings.Cluster, settings.Urls.Base, settings.StoreFolder);
        manager.Ready($"heron-apiserver {ServerVersion.Text} serves cluster {settings.Cluster} on {settings.Listens}");
        await server.WaitForShutdownAsync();
        Log.Stopped(logger);
        return files.AreReplaced ? ExitCodes.Replaced : ExitCodes.Success;
    }

    private static ILogger LoggerOf(WebApplication server) => server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Heron.ApiServer");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "heron-apiserver {Version} starts")]
        public static partial void Version(ILogger logger, string version);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);

        [LoggerMessage(Level = LogLevel.Information, Message = "serving cluster {Cluster}; nodes reach this server at {Url}; packages are in {Folder}")]
        public static partial void Started(ILogger logger, string cluster, string url, string folder);

        [LoggerMessage(Level = LogLevel.Information, Message = "options that the command line does not have are those of {File}")]
        public static partial void OptionsRead(ILogger logger, string file);

        [LoggerMessage(Level = LogLevel.Information, Message = "listening on {Address}")]
        public static partial void Listening(ILogger logger, string address);

        [LoggerMessage(Level = LogLevel.Information, Message = "stopped, as asked, before the server served anything")]
        public static partial void StoppedBefore(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
