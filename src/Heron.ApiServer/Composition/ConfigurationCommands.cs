// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.CommandLine;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.ApiServer.Composition;

/// <summary>
/// Looks at a configuration without serving: <c>check</c> finds everything that a start would refuse or warn of, <c>config</c> tells
/// every option and setting with its value and where it comes from. Both take the options of the server.
/// </summary>
/// <param name="output">Gets what was asked for.</param>
/// <param name="errors">Gets the mistakes.</param>
/// <param name="commandLine">Reads the options.</param>
/// <param name="catalog">The parts to choose from.</param>
/// <param name="environment">The machine.</param>
internal sealed class ConfigurationCommands(
    TextWriter output, TextWriter errors, ServerCommandLine commandLine, PartCatalog catalog, HostEnvironment environment)
{
    private const string Check = "check";
    private const string Config = "config";

    /// <summary>Whether the arguments are for one of these commands.</summary>
    public static bool AreMeant(IReadOnlyList<string> arguments) => arguments.Count > 0 && arguments[0] is Check or Config;

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">The command, and the server's options.</param>
    /// <param name="findings">What is known already.</param>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public int Run(IReadOnlyList<string> arguments, Findings findings)
    {
        var read = commandLine.Read([.. arguments.Skip(1)], arguments[0]);
        if (read.HelpText is { } help)
        {
            output.Write(help);
            return ExitCodes.Success;
        }

        foreach (var mistake in read.Mistakes)
        {
            findings.Mistake(mistake);
        }

        var start = read.Options is { } options ? Load(options, findings) : null;
        if (arguments[0] == Config && start is not null)
        {
            Show(read, start.Configuration);
        }

        return Conclude(arguments[0] == Check, findings);
    }

    private StartConfiguration? Load(ServerOptions options, Findings findings)
    {
        // The audit is a running server's, and whoever begins one owns it.
        AccessServices.Check(options.Access with { AuditLog = null }, options.BindAddress, findings);
        foreach (var warning in AccessServices.Warnings(options.Access, options.BindAddress))
        {
            findings.Warning(warning);
        }

        return findings.Try(() => StartChecks.Load(options, environment, catalog, findings, leavesNothing: true));
    }

    private int Conclude(bool tellsAll, Findings findings)
    {
        foreach (var mistake in findings.Mistakes)
        {
            errors.WriteLine(mistake);
        }

        foreach (var warning in tellsAll ? findings.Warnings : [])
        {
            output.WriteLine($"warning: {warning}");
        }

        if (findings.Mistakes.Count > 0)
        {
            return ExitCodes.Mistake;
        }

        if (tellsAll)
        {
            output.WriteLine("a server can start with this; whether its ports and its audit are free, and Nomad and ZooKeeper answer, shows then");
        }

        return ExitCodes.Success;
    }

    private void Show(CommandLineResult read, ServerConfiguration configuration)
    {
        foreach (var option in read.Values)
        {
            output.WriteLine($"{option.Name} = {SecretMask.In(ShownText.Of(option.Value, int.MaxValue))} ({option.Origin})");
        }

        foreach (var (key, value) in configuration.Base.Local.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // What the server makes of the operator's values goes the way of -D.
            var origin = configuration.OriginOf(key);
            origin = origin == ConfigurationLoader.OverrideOrigin ? read.SettingOrigins.GetValueOrDefault(key, ConfigurationLoader.OwnOrigin) : origin;
            foreach (var (name, text) in SettingTexts.Of(key, value))
            {
                output.WriteLine($"{name} = {SecretMask.Of(key, SecretMask.Of(name, ShownText.Of(text, int.MaxValue)))} ({origin})");
            }
        }
    }
}
