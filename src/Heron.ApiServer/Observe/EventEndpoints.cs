// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Core.State;
using Heron.Operations;
using Heron.Operations.History;
using Heron.Operations.Running;

namespace Heron.ApiServer.Observe;

/// <summary>The routes that tell what has happened, to one topology, running or gone, or to all.</summary>
internal static class EventEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/events", (HttpContext context) => AnswerAsync(context, null)).Needs(Right.Read)
            .Described("listEvents", RouteGroups.Events, "Tells what has happened to topologies, newest first", Describe);
        routes.MapGet(TopologyPath.Pattern + "/events", (HttpContext context, TopologyPath path) => AnswerAsync(context, path.Address)).Needs(Right.Read)
            .Described("listTopologyEvents", RouteGroups.Events, "Tells what has happened to a topology, running or gone, newest first", route =>
            {
                Describe(route);
                route.Fails(404, "There never was such a topology.", "Topology 'wordcuont' does not exist, and nothing is noted of one: is wordcount meant?")
                    .Fails(409, "The topology is at another place, and nothing is noted of one here.", TopologyPath.ElsewhereExample);
            });
        return routes;
    }

    private static void Describe(RouteContract route) => route
        .Query("kind", "Only these kinds, separated by commas: " + string.Join(", ", EventKind.All) + ".", example: "submitted,killed")
        .Query("container", "Only what is about this container.", ValueShape.Whole(0, int.MaxValue))
        .Query("since", "Only what happened from then on: seconds since 1970, or a time in ISO 8601.", example: "2026-11-28T19:46:00Z")
        .Query("before", "The next of the answer before: what is older.", ValueShape.Whole(0))
        .Query("limit", "The most of one answer.", ValueShape.Whole(1, EventQuery.MostEvents, "100"))
        .Query("follow", "Go on with what happens, as server-sent events.", ValueShape.Flag)
        .Header("Last-Event-ID", "With follow: go on behind the event with this id.")
        .Answer(200, ObserveJson.Relaxed.EventList, "Events.", """
            {"events":[{"id":1764440760123000,"at":"2026-11-28T19:46:00+00:00","kind":"submitted","cluster":"nomad","role":"ads","environment":"prod",
            "topology":"wordcount","text":"submitted by alice","user":"alice"}]}
            """)
        .Text(200, EventStream.MediaType, "With follow: an event each, with its id, the data as in events above.")
        .With("ETag", "Of an answer in JSON.")
        .Bare(304, "It is the one that If-None-Match names.")
        .Fails(400, "A parameter means nothing.", "limit is a number from 1 to 1000");

    private static async Task AnswerAsync(HttpContext context, TopologyAddress? topology)
    {
        var log = context.RequestServices.GetRequiredService<EventLog>();
        var user = Login.Of(context).User;
        var query = Read(context.Request.Query) with { Topology = topology, Visible = address => user.May(Right.Read, address) };
        if (MetricsQuery.Flag(context.Request.Query, "follow"))
        {
            var after = EventStream.LastId(context.Request) is { } id ? Id(id, "Last-Event-ID") : null as long?;

            // Who comes back has followed it already: it is known there, even if nothing of it is kept here.
            if (topology is not null && after is null)
            {
                await RequireKnownAsync(context, log, topology);
            }

            await EventStream.SendAsync(context, token => Task.FromResult(Visible(context, log.FollowAsync(query, after, token)).Select(happened => new StreamMessage(
                happened.Id.ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(happened, EventJson.Relaxed.TopologyEvent)))));
            return;
        }

        var found = log.Read(query);
        if (topology is not null && found.Events.Count == 0)
        {
            await RequireKnownAsync(context, log, topology);
        }

        await new TaggedJson<EventList>(found, ObserveJson.Relaxed.EventList).ExecuteAsync(context);
    }

    /// <summary>Of what happens, what whoever asks may see when it does: rights may be others by then.</summary>
    private static async IAsyncEnumerable<TopologyEvent> Visible(HttpContext context, IAsyncEnumerable<TopologyEvent> events)
    {
        var standing = StandingLogin.Of(context);
        await foreach (var happened in events)
        {
            if (standing is not null && !await standing.HoldsAsync())
            {
                yield break;
            }

            if (standing?.User is null || standing.User.May(Right.Read, happened.Place))
            {
                yield return happened;
            }
        }
    }

    /// <summary>Of a name that never was, an empty history would be wrong, and nothing would ever come of following it.</summary>
    private static async Task RequireKnownAsync(HttpContext context, EventLog log, TopologyAddress topology)
    {
        if (log.Read(new EventQuery { Topology = topology, Limit = 1 }).Events.Count > 0)
        {
            return;
        }

        // What another server has just made is there.
        var state = context.RequestServices.GetRequiredService<IStateManager>();
        await state.View.CatchUpAsync(topology.Name, context.RequestAborted);
        var view = await state.View.GetAsync(context.RequestAborted);
        if (view.Find(topology.Name) is { } found)
        {
            if (found.ExecutionState.Value is { } execution)
            {
                RunningTopologies.RequireSamePlace(execution, topology);
            }

            return;
        }

        if (view.Stale is { } stale)
        {
            throw new HeronException(FaultKind.Unavailable, stale.Reason);
        }

        throw new HeronException(
            FaultKind.NotFound,
            $"Topology '{ShownText.Of(topology.Name)}' does not exist, and nothing is noted of one{NearestName.Choice(topology.Name, Known(context, log, view))}");
    }

    /// <summary>Topologies that whoever asks may see, those that are there and those that something is noted of.</summary>
    private static IReadOnlyCollection<string> Known(HttpContext context, EventLog log, StateViewSnapshot view)
    {
        var user = Login.Of(context).User;
        var there = view.Topologies.Select(topology => topology.ExecutionState.Value).OfType<ExecutionState>()
            .Select(execution => new TopologyAddress(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName));
        return
        [
            .. there.Concat(log.All.Select(happened => happened.Place)).Distinct()
                .Where(place => user.May(Right.Read, place))
                .Select(place => place.Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static EventQuery Read(IQueryCollection query)
    {
        MetricsQuery.RefuseUnknown(query, "kind", "container", "since", "before", "limit", "follow");
        return new EventQuery
        {
            Kinds = Kinds(MetricsQuery.Optional(query, "kind")),
            Container = Number(query, "container", 0, int.MaxValue) is { } container ? (int)container : null,
            Since = MetricsQuery.Time(query, "since") is { } since ? DateTimeOffset.FromUnixTimeSeconds(since) : null,
            Before = MetricsQuery.Optional(query, "before") is { } before ? Id(before, "before") : null,
            Limit = (int?)Number(query, "limit", 1, EventQuery.MostEvents) ?? new EventQuery().Limit,
        };
    }

    private static string[] Kinds(string? text)
    {
        string[] kinds = text?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        return kinds.FirstOrDefault(kind => !EventKind.All.Contains(kind)) is { } unknown
            ? throw new HeronException(
                FaultKind.BadRequest, $"kind '{ShownText.Of(unknown)}' is none: there are {string.Join(", ", EventKind.All)}")
            : kinds;
    }

    private static long? Number(IQueryCollection query, string name, long least, long most) => MetricsQuery.Optional(query, name) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most => number,
        _ => throw new HeronException(FaultKind.BadRequest, $"{name} is a number from {least} to {most}"),
    };

    private static long Id(string text, string name) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new HeronException(FaultKind.BadRequest, $"{name} is the id of an event");
}
