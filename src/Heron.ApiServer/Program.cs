// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Client;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Hosting;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.ApiServer;

/// <summary>
/// The program, as a table of contents: the command line, everything an operator can get wrong, the server, its run.
/// The server's own contents stand in <see cref="ApiServerApplication"/>, the parts a configuration chooses from in
/// <see cref="PartCatalog"/>.
/// </summary>
public static class Program
{
    /// <summary>Runs a server until SIGINT or SIGTERM, or one of the commands that the first argument may name.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public static Task<int> Main(string[] args) => ClientCommands.AreMeant(args)
        ? new ClientCommands(Console.Out, Console.Error, Screen.OfThisProcess(), Environment.GetEnvironmentVariable, TimeProvider.System)
            .RunAsync(args, OutputReader.Gone())
        : RunAsync(args, PartCatalog.Shipped, replace: null);

    /// <summary>The same, for tests that need a server process of their own with a part replaced.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="catalog">The parts to choose from.</param>
    /// <param name="replace">Replaces services; null in the product.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    internal static async Task<int> RunAsync(string[] args, PartCatalog catalog, Action<IServiceCollection>? replace)
    {
        if (ToolCommands.AreMeant(args))
        {
            return new ToolCommands(Console.In, Console.Out, Console.Error, TimeProvider.System, ClientCommands.Described()).Run(args);
        }

        var findings = new Findings();
        var reader = new ServerCommandLine(
            AppContext.BaseDirectory,
            WorkingDirectory(findings),
            OptionsFile.DefaultPath,
            HostEnvironment.OfThisProcess().HeronConf,
            [.. ClientCommands.Described(), .. ToolCommands.Root().Subcommands]);
        if (ConfigurationCommands.AreMeant(args))
        {
            return new ConfigurationCommands(Console.Out, Console.Error, reader, catalog, HostEnvironment.OfThisProcess()).Run(args, findings);
        }

        var commandLine = reader.Read(args);
        if (commandLine.HelpText is { } help)
        {
            await Console.Out.WriteAsync(help);
            return ExitCodes.Success;
        }

        foreach (var mistake in commandLine.Mistakes)
        {
            findings.Mistake(mistake);
        }

        try
        {
            await using var server = commandLine.Options is { } options ? await ServerStart.TryBuildAsync(options, findings, catalog, replace) : null;
            if (server is not null)
            {
                return await ServerRun.UntilSignalAsync(server, new OptionsAgain(reader, args, commandLine));
            }
        }
        catch (HeronException fault)
        {
            findings.Mistake(fault.Message);
        }

        foreach (var mistake in findings.Mistakes)
        {
            await Console.Error.WriteLineAsync(mistake);
        }

        return ExitCodes.Mistake;
    }

    // Whoever starts a server in a folder that an upgrade has just replaced does not notice; nothing but relative paths needs it.
    private static string WorkingDirectory(Findings findings)
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            const string Instead = "/";
            Directory.SetCurrentDirectory(Instead);
            findings.Warning($"the folder that the server was started in is gone; relative paths count from {Instead}");
            return Instead;
        }
    }
}
