// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Heron.ApiServer.Answers;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Observe;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Operations.Describe;
using Heron.Operations.History;

namespace Heron.ApiServer.Client;

/// <summary>The commands that ask a running server for what Heron's CLI cannot show: <c>list</c>, <c>show</c>, <c>logs</c>, <c>events</c>.</summary>
internal sealed class ClientCommands
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
        _root = new Command("heron-apiserver", "Asks a running server. Exit codes: 0 done, 1 refused or not found, 2 a mistake in the command, 3 the server cannot be reached.")
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
    /// <returns>The exit code: see <see cref="ClientExitCodes"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = _root.Parse([.. arguments], new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.GetResult(_help) is null)
        {
            var known = parsed.CommandResult.Command.Options.Concat(_root.Options).Select(option => option.Name).ToList();
            var mistakes = parsed.UnmatchedTokens.Count == 0
                ? parsed.Errors.Select(error => error.Message)
                : Unknown(parsed.UnmatchedTokens).Select(unknown => NearestName.Among(unknown.Split('=')[0], known) is { } meant
                    ? $"unknown argument {ShownText.Of(unknown)}: is {meant} meant? --help lists those that there are"
                    : $"unknown argument {ShownText.Of(unknown)}: --help lists those that there are");
            foreach (var mistake in mistakes)
            {
                await _errors.WriteLineAsync(mistake);
            }

            return ExitCodes.Mistake;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = _output, Error = _errors, EnableDefaultExceptionHandler = false });
        }
        catch (ClientException fault)
        {
            await _errors.WriteLineAsync(fault.Message);
            return fault.ExitCode;
        }
        catch (OperationCanceledException)
        {
            // Whoever follows ends it with Ctrl-C.
            return ExitCodes.Success;
        }
    }

    // The value of an unknown option is no mistake of its own.
    private static IEnumerable<string> Unknown(IReadOnlyList<string> tokens) => tokens.Where((token, i) =>
        i == 0 || token.StartsWith('-') || !tokens[i - 1].StartsWith('-') || tokens[i - 1].Contains('=', StringComparison.Ordinal));

    private Command List()
    {
        var filters = new List<Option<string>>
        {
            Text("--cluster", "NAME", "Only topologies of this cluster."),
            Text("--role", "NAME", "Only topologies of this role."),
            Text("--environment", "NAME", "Only topologies of this environment."),
            Text("--name", "PATTERN", "Only topologies whose name is this; * and ? stand for anything and any letter."),
            Text("--state", "STATE[,STATE]", $"Only topologies in one of these states: {string.Join(", ", TopologyWords.States)}."),
            Text("--sort", "[-]WHAT", $"By {string.Join(", ", Enum.GetNames<TopologyOrder>().Select(name => name.ToLowerInvariant()))}; with - before it the other way round."),
            Text("--limit", "N", "The most that are shown."),
        };
        var command = new Command("list", "Lists the topologies.");
        filters.ForEach(command.Add);
        command.SetAction((parsed, stop) => WithServerAsync(parsed, async (server, asJson) =>
        {
            var query = Query([.. filters.Select(filter => (filter.Name[2..], parsed.GetValue(filter)))]);
            var (list, bytes) = await server.GetAsync("api/v1/topologies" + query, ApiJson.Relaxed.TopologyList, stop);
            if (asJson)
            {
                await RawAsync(bytes);
                return;
            }

            var table = new TextTable("TOPOLOGY", "STATE", "HERON", "CONTAINERS", "USER", "SUBMITTED", "REASON");
            foreach (var topology in list.Topologies)
            {
                table.Add(
                    Place(topology.Cluster, topology.Role, topology.Environment, topology.Name),
                    topology.State,
                    topology.HeronState,
                    Counts(topology.Containers),
                    topology.User,
                    topology.Submitted == 0 ? null : When(DateTimeOffset.FromUnixTimeSeconds(topology.Submitted)),
                    topology.Reason);
            }

            table.Write(_output, _screen);
            if (list.Total > list.Topologies.Count)
            {
                await _errors.WriteLineAsync($"{list.Topologies.Count} of {list.Total}: --limit shows more");
            }

            await WarnAsync("the state store", list.Stale);
            await WarnAsync("the scheduler", list.SchedulerStale);
        }, stop));
        return command;
    }

    private Command Show()
    {
        var topology = Topology();
        var command = new Command("show", "Shows a topology and its containers.") { topology };
        command.SetAction((parsed, stop) => WithServerAsync(parsed, async (server, asJson) =>
        {
            var path = await PathAsync(server, parsed.GetRequiredValue(topology), stop);
            var (found, bytes) = await server.GetAsync(path, ApiJson.Relaxed.TopologyDescription, stop);
            if (asJson)
            {
                await RawAsync(bytes);
                return;
            }

            var head = new TextTable("TOPOLOGY", Place(found.Cluster, found.Role, found.Environment, found.Name));
            head.Add("id", found.Id);
            head.Add("state", found.State);
            Optional("reason", found.Reason);
            Optional("heron", found.HeronState);
            head.Add("user", found.User);
            head.Add("submitted", When(DateTimeOffset.FromUnixTimeSeconds(found.Submitted)));
            head.Add("release", found.Release.Version);
            Optional("busy", found.Busy);
            foreach (var damage in found.Damage ?? [])
            {
                head.Add("damage", damage);
            }

            head.Write(_output, _screen);
            await _output.WriteLineAsync();
            var table = new TextTable("CONTAINER", "STATE", "NODE", "SINCE", "RESTARTS", "INSTANCES", "REASON");
            foreach (var container in found.Containers)
            {
                table.Add(
                    Number(container.Id),
                    container.State,
                    container.Node,
                    container.Since is { } since ? When(since) : null,
                    container.Restarts is { } restarts ? Number(restarts) : null,
                    container.Id == 0 ? "topology manager" : Instances(container),
                    container.Reason ?? container.LastExit?.Words);
            }

            table.Write(_output, _screen);
            await WarnAsync("the state store", found.Stale);
            await WarnAsync("the scheduler", found.SchedulerStale);

            void Optional(string name, string? value)
            {
                if (value is not null)
                {
                    head.Add(name, value);
                }
            }
        }, stop));
        return command;
    }

    private Command Logs()
    {
        var topology = Topology();
        var container = new Option<int?>("--container") { HelpName = "N", Description = "The container; 0 is the topology manager's. Default: the instance's, else 0." };
        var instance = Text("--instance", "ID", "The log of an instance, such as container_1_word_5; without it the executor's.");
        List<Option<string>> filters =
        [
            instance,
            Text("--stream", "stdout|stderr", "Only what was written there."),
            Text("--tail", "N", "How many of the last lines, or all. Default: 1000."),
            Text("--since", "TIME", "Only lines from then on: 2026-11-28T19:46:00Z, or seconds since 1970."),
            Text("--grep", "TEXT", "Only lines that hold this, in any case."),
        ];
        var follow = new Option<bool>("--follow") { Description = "Go on with what is written later, until Ctrl-C." };
        var command = new Command("logs", "Shows the log of a container or an instance. --output has no say: lines are lines.") { topology, container, follow };
        filters.ForEach(command.Add);
        command.SetAction((parsed, stop) => WithServerAsync(parsed, async (server, _) =>
        {
            var number = parsed.GetValue(container) ?? ContainerOf(parsed.GetValue(instance));
            var query = Query(
                [.. filters.Select(filter => (filter.Name == "--stream" ? "output" : filter.Name[2..], parsed.GetValue(filter))), ("follow", parsed.GetValue(follow) ? "true" : null)]);
            var path = $"{await PathAsync(server, parsed.GetRequiredValue(topology), stop)}/containers/{Number(number)}/logs{query}";
            if (parsed.GetValue(follow))
            {
                await foreach (var line in new EventReader(server, _errors, _time).ReadAsync(path, stop))
                {
                    await LineAsync(line);
                }

                return;
            }

            using var answer = await server.SendAsync(path, "text/plain", lastId: null, stop);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                await LineAsync(line);
            }
        }, stop));
        return command;
    }

    private Command Events()
    {
        var topology = new Argument<string?>("TOPOLOGY") { Description = "NAME, or CLUSTER/ROLE/ENVIRONMENT/NAME, which finds the history of one that is gone, too. Without it all.", Arity = ArgumentArity.ZeroOrOne };
        List<Option<string>> filters =
        [
            Text("--kind", "KIND[,KIND]", $"Only these: {string.Join(", ", EventKind.All)}."),
            Text("--container", "N", "Only what is about this container."),
            Text("--since", "TIME", "Only what happened from then on: 2026-11-28T19:46:00Z, or seconds since 1970."),
            Text("--limit", "N", "How many of the last. Default: 100."),
        ];
        var follow = new Option<bool>("--follow") { Description = "Go on with what happens, until Ctrl-C." };
        var command = new Command("events", "Tells what has happened, the latest last.") { topology, follow };
        filters.ForEach(command.Add);
        command.SetAction((parsed, stop) => WithServerAsync(parsed, async (server, asJson) =>
        {
            var path = parsed.GetValue(topology) is { } name ? await PathAsync(server, name, stop) : "api/v1";
            var query = filters.Select(filter => (filter.Name[2..], parsed.GetValue(filter)));
            if (parsed.GetValue(follow))
            {
                await foreach (var message in new EventReader(server, _errors, _time).ReadAsync($"{path}/events{Query([.. query, ("follow", "true")])}", stop))
                {
                    await _output.WriteLineAsync(asJson ? message : Line(JsonSerializer.Deserialize(message, EventJson.Relaxed.TopologyEvent)!));
                    await _output.FlushAsync(stop);
                }

                return;
            }

            var (list, bytes) = await server.GetAsync($"{path}/events{Query([.. query])}", ObserveJson.Relaxed.EventList, stop);
            if (asJson)
            {
                await RawAsync(bytes);
                return;
            }

            var table = new TextTable("AT", "KIND", "TOPOLOGY", "BY", "WHAT");
            foreach (var happened in list.Events.Reverse())
            {
                table.Add(When(happened.At), happened.Kind, Place(happened.Cluster, happened.Role, happened.Environment, happened.Topology), happened.User, What(happened));
            }

            table.Write(_output, _screen);
        }, stop));
        return command;
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
    private static async Task<string> PathAsync(ServerConnection server, string given, CancellationToken cancellationToken)
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
                $"there is no topology {ShownText.Of(given)}{NearestName.Question(given, list.Topologies.Select(topology => topology.Name))}"),
            var several => throw new ClientException(
                ClientExitCodes.Refused,
                $"there are several: {string.Join(", ", several.Select(topology => Place(topology.Cluster, topology.Role, topology.Environment, topology.Name)))}"),
        };

        static string PathOf(params string[] parts) => "api/v1/topologies/" + string.Join('/', parts.Select(Uri.EscapeDataString));
    }

    private static int ContainerOf(string? instance) => instance?.Split('_') is ["container", var number, ..]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    // A terminal obeys what is in a line; a file or a pipe gets it as it is.
    private async Task LineAsync(string line)
    {
        await _output.WriteLineAsync(_screen.Width is null ? line : ShownText.Of(line.Replace("\t", "    ", StringComparison.Ordinal), int.MaxValue));
        await _output.FlushAsync();
    }

    private async Task RawAsync(byte[] bytes) => await _output.WriteLineAsync(Encoding.UTF8.GetString(bytes).TrimEnd());

    private async Task WarnAsync(string who, StaleDescription? stale)
    {
        if (stale is not null)
        {
            await _errors.WriteLineAsync($"warning: {who} does not answer since {When(stale.Since)}, this may be behind: {ShownText.Line(stale.Reason)}");
        }
    }

    private static string Line(TopologyEvent happened) => ShownText.Line(
        $"{When(happened.At)}  {happened.Kind}  {Place(happened.Cluster, happened.Role, happened.Environment, happened.Topology)}  {What(happened)}"
            + (happened.User is { } user ? $" (by {user})" : ""),
        int.MaxValue);

    private static string What(TopologyEvent happened) => happened.Failure is { } failure ? $"{happened.Text}: {failure}" : happened.Text;

    private static string Instances(ContainerDescription container) => string.Join(
        ", ", container.Instances.GroupBy(instance => instance.Component).Select(component => $"{component.Key} {Number(component.Count())}"));

    private static string? Counts(ContainerCounts? counts) => counts is null ? null : $"{(counts.Running is { } running ? Number(running) : "?")}/{Number(counts.Wanted)}";

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
