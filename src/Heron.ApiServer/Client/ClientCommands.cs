// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using Heron.ApiServer.Answers;
using Heron.ApiServer.CommandLine;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.Client;

/// <summary>The commands that ask a running server for what Heron's CLI cannot show: <c>list</c>, <c>show</c>, <c>logs</c>, <c>events</c>.</summary>
internal sealed partial class ClientCommands
{
    private const string DefaultUrl = "http://127.0.0.1:9000";
    private const string Json = "json";
    private const string Table = "table";

    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly Screen _screen;
    private readonly Func<string, string?> _environment;
    private readonly TimeProvider _time;
    private readonly Command _root;
    private readonly HelpOption _help = new();

    private readonly Option<string> _url = new("--service-url")
    {
        HelpName = "URL",
        Description = $"The server, as http://USER:PASSWORD@HOST:PORT where it wants to know who asks, or with a token in {ServerConnection.TokenVariable}. Default: {DefaultUrl}.",
        Recursive = true,
    };

    private readonly Option<string> _format = new("--output")
    {
        HelpName = "table|json",
        Description = "table is for people, json is the server's answer as it came; of what is followed a line each. Default: table.",
        Recursive = true,
    };

    /// <summary>Makes the commands.</summary>
    /// <param name="output">Gets what was asked for.</param>
    /// <param name="errors">Gets the reason when that cannot be had.</param>
    /// <param name="screen">Where <paramref name="output"/> goes to.</param>
    /// <param name="environment">Gives the process's environment variables.</param>
    /// <param name="time">For the wait between two tries.</param>
    public ClientCommands(TextWriter output, TextWriter errors, Screen screen, Func<string, string?> environment, TimeProvider time)
    {
        (_output, _errors, _screen, _environment, _time) = (output, errors, screen, environment, time);
        _format.AcceptOnlyFromAmong(Table, Json);
        _root = new Command("heron-apiserver", "Asks a running server. Exit codes: 0 done, or whoever reads the output has left, 1 refused or not found, 2 a mistake in the command, 3 the server cannot be reached.")
        {
            List(), Show(), Logs(), Events(), _url, _format, _help,
        };
    }

    /// <summary>The commands with all that they take, to be described and not to be run.</summary>
    public static IReadOnlyList<Command> Described()
    {
        var root = new ClientCommands(TextWriter.Null, TextWriter.Null, new Screen(null, false), _ => null, TimeProvider.System)._root;
        var everywhere = root.Options.Where(option => option.Recursive && option is not HelpOption).ToList();
        foreach (var command in root.Subcommands)
        {
            everywhere.ForEach(command.Add);
        }

        return [.. root.Subcommands];
    }

    /// <summary>Whether the arguments are for one of these commands.</summary>
    public static bool AreMeant(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && CommandNames.OfClients.Contains(arguments[0], StringComparer.Ordinal);

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="unread">Is cancelled when nobody reads the output any more: the rest is of no use.</param>
    /// <returns>The exit code: see <see cref="ClientExitCodes"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken unread)
    {
        var parsed = _root.Parse([.. arguments], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.GetResult(_help) is null)
        {
            foreach (var mistake in CommandMistakes.Of(parsed))
            {
                await _errors.WriteLineAsync(mistake);
            }

            return ExitCodes.Mistake;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = _output, Error = _errors, EnableDefaultExceptionHandler = false }, unread);
        }
        catch (ClientException fault)
        {
            await _errors.WriteLineAsync(fault.Message);
            return fault.ExitCode;
        }
        catch (OperationCanceledException)
        {
            // Whoever follows ends it with Ctrl-C, or by leaving.
            return ExitCodes.Success;
        }
    }

    private async Task<int> WithServerAsync(ParseResult parsed, Func<ServerConnection, bool, Task> ask, CancellationToken cancellationToken)
    {
        using var server = ServerConnection.Open(parsed.GetValue(_url) ?? DefaultUrl, _environment(ServerConnection.TokenVariable));
        try
        {
            await ask(server, parsed.GetValue(_format) == Json);
        }
        catch (IOException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClientException(ClientExitCodes.Unreachable, $"the connection broke: {ShownText.Line(fault.Message)}");
        }

        await _output.FlushAsync(cancellationToken);
        return ExitCodes.Success;
    }

    /// <summary>The path of a topology; one that is given by its name alone is looked for.</summary>
    /// <param name="server">Where.</param>
    /// <param name="given">What stands in the command.</param>
    /// <param name="gone">What is said besides when there is none of that name.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    private static async Task<string> PathAsync(ServerConnection server, string given, string gone, CancellationToken cancellationToken)
    {
        if (given.Split('/') is [var cluster, var role, var environment, var name])
        {
            return PathOf(cluster, role, environment, name);
        }

        if (given.Contains('/', StringComparison.Ordinal))
        {
            throw new ClientException(ExitCodes.Mistake, $"{ShownText.Of(given)} is no topology: give its NAME, or CLUSTER/ROLE/ENVIRONMENT/NAME");
        }

        var (list, _) = await server.GetAsync("api/v1/topologies", ApiJson.Relaxed.TopologyList, cancellationToken);
        return list.Topologies.Where(topology => topology.Name == given).ToList() switch
        {
            [var only] => PathOf(only.Cluster, only.Role, only.Environment, only.Name),
            [] => throw new ClientException(
                ClientExitCodes.Refused,
                $"there is no topology {ShownText.Of(given)}{NearestName.Choice(given, [.. list.Topologies.Select(topology => topology.Name)])}{gone}"),
            var several => throw new ClientException(
                ClientExitCodes.Refused,
                $"there are several: {string.Join(", ", several.Select(topology => Place(topology.Cluster, topology.Role, topology.Environment, topology.Name)))}"),
        };

        static string PathOf(params string[] parts) => "api/v1/topologies/" + string.Join('/', parts.Select(Uri.EscapeDataString));
    }

    private async Task RawAsync(byte[] bytes) => await _output.WriteLineAsync(Encoding.UTF8.GetString(bytes).TrimEnd());

    private static string Place(string cluster, string role, string environment, string name) => $"{cluster}/{role}/{environment}/{name}";

    private static string When(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Query((string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return string.Join('&', given) is { Length: > 0 } query ? "?" + query : "";
    }

    private static Argument<string> Topology() => new("TOPOLOGY") { Description = "NAME, or CLUSTER/ROLE/ENVIRONMENT/NAME." };

    private static Option<string> Text(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };
}
