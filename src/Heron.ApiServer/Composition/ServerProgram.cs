using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Hosting;
using Heron.Core;

namespace Heron.ApiServer.Composition;

/// <summary>The whole program. Tests that need a server process of their own run it with a part replaced.</summary>
public static class ServerProgram
{
    /// <summary>Runs a server until SIGINT or SIGTERM.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="replace">Lets a test replace parts; null in the product.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, Action<IServiceCollection>? replace = null)
    {
        var commandLine = new ServerCommandLine(AppContext.BaseDirectory, Environment.CurrentDirectory).Read(arguments);
        if (commandLine.HelpText is { } help)
        {
            await Console.Out.WriteAsync(help);
            return ExitCodes.Success;
        }

        var mistakes = new List<string>(commandLine.Mistakes);
        try
        {
            await using var server = commandLine.Options is { } options ? ServerStart.TryBuild(options, mistakes, replace) : null;
            if (server is not null)
            {
                await StartMessages.RunAsync(server);
                return ExitCodes.Success;
            }
        }
        catch (HeronException fault) when (fault.Kind == FaultKind.Invalid)
        {
            mistakes.Add(fault.Message);
        }

        foreach (var mistake in mistakes)
        {
            await Console.Error.WriteLineAsync(mistake);
        }

        return ExitCodes.Mistake;
    }
}
