// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using Heron.ApiServer.Answers;
using Heron.Core;
using Heron.Operations.Describe;

namespace Heron.ApiServer.Client;

/// <content>What there is now: <c>list</c> and <c>show</c>.</content>
internal sealed partial class ClientCommands
{
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
            var path = await PathAsync(server, parsed.GetRequiredValue(topology), gone: "", stop);
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

    private async Task WarnAsync(string who, StaleDescription? stale)
    {
        if (stale is not null)
        {
            await _errors.WriteLineAsync($"warning: {who} does not answer since {When(stale.Since)}, this may be behind: {ShownText.Line(stale.Reason)}");
        }
    }

    private static string Instances(ContainerDescription container) => string.Join(
        ", ", container.Instances.GroupBy(instance => instance.Component).Select(component => $"{component.Key} {Number(component.Count())}"));

    private static string? Counts(ContainerCounts? counts) => counts is null ? null : $"{(counts.Running is { } running ? Number(running) : "?")}/{Number(counts.Wanted)}";
}
