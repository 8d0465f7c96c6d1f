// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Observe;
using Heron.Core;
using Heron.Operations.History;

namespace Heron.ApiServer.Client;

/// <content>What goes on, and can be followed: <c>logs</c> and <c>events</c>.</content>
internal sealed partial class ClientCommands
{
    private Command Logs()
    {
        var topology = Topology();
        var container = Text("--container", "N", "The container; 0 is the topology manager's. Default: the instance's, else 0.");
        var instance = Text("--instance", "ID", "The log of an instance, such as container_1_word_5; without it the executor's.");
        var stream = Text("--stream", "stdout|stderr", "Only what was written there.");
        stream.AcceptOnlyFromAmong("stdout", "stderr");
        List<Option<string>> filters =
        [
            instance,
            stream,
            Text("--tail", "N", "How many of the last lines, or all. Default: 1000."),
            Text("--since", "TIME", "Only lines from then on: 2026-11-28T19:46:00Z, or seconds since 1970."),
            Text("--grep", "TEXT", "Only lines that hold this, in any case."),
        ];
        var follow = new Option<bool>("--follow") { Description = "Go on with what is written later, until Ctrl-C." };
        var command = new Command("logs", "Shows the log of a container or an instance. --output has no say: lines are lines.") { topology, container, follow };
        filters.ForEach(command.Add);
        command.SetAction((parsed, stop) => WithServerAsync(parsed, async (server, _) =>
        {
            var number = parsed.GetValue(container) is { } given ? NumberOf(given) : ContainerOf(parsed.GetValue(instance));
            var query = Query(
                [.. filters.Select(filter => (filter == stream ? "output" : filter.Name[2..], parsed.GetValue(filter))), ("follow", parsed.GetValue(follow) ? "true" : null)]);
            var path = $"{await PathAsync(server, parsed.GetRequiredValue(topology), gone: "", stop)}/containers/{Number(number)}/logs{query}";
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
            var path = parsed.GetValue(topology) is { } name ? await PathAsync(server, name, gone: " (one that is gone is found as CLUSTER/ROLE/ENVIRONMENT/NAME)", stop) : "api/v1";
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

    private static int NumberOf(string container) => int.TryParse(container, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new ClientException(ExitCodes.Mistake, $"--container {ShownText.Of(container)} is no container: write its number, which show tells");

    private static int ContainerOf(string? instance) => instance?.Split('_') is ["container", var number, ..]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    // A terminal obeys what is in a line; a file or a pipe gets it as it is.
    private async Task LineAsync(string line)
    {
        await _output.WriteLineAsync(_screen.Width is null ? line : ShownText.Of(line.Replace("\t", "    ", StringComparison.Ordinal), int.MaxValue));
        await _output.FlushAsync();
    }

    private static string Line(TopologyEvent happened) => ShownText.Line(
        $"{When(happened.At)}  {happened.Kind}  {Place(happened.Cluster, happened.Role, happened.Environment, happened.Topology)}  {What(happened)}"
            + (happened.User is { } user ? $" (by {user})" : ""),
        int.MaxValue);

    private static string What(TopologyEvent happened) => happened.Failure is { } failure ? $"{happened.Text}: {failure}" : happened.Text;
}
