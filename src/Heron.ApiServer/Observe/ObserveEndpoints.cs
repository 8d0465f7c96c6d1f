// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization.Metadata;
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;
using Heron.Core.Daemons;
using Heron.Operations;
using Heron.Operations.Observe.Figures;
using Heron.Operations.Observe.Metrics;
using Heron.Operations.Observe.Plans;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Heron.ApiServer.Observe;

/// <summary>The routes that look into running topologies; docs/observe.md says what their numbers mean.</summary>
internal static class ObserveEndpoints
{
    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapObserve(this IEndpointRouteBuilder routes)
    {
        Map(
            "metrics",
            "getMetrics",
            "Tells metrics of a component",
            () => ObserveJson.Relaxed.MetricsView,
            (context, address, stop) => Service<TopologyMetrics>(context).ReadAsync(
                address, MetricsQuery.Read(context.Request.Query, Service<TimeProvider>(context).GetUtcNow()), stop),
            """{"component":"word","metrics":[{"name":"__emit-count/default","unit":"tuples","instances":[{"instance":"container_1_word_1","value":1200}]}]}""",
            route => route
                .Query("component", "Whose.", required: true, example: "word")
                .Query("metric", "Which; any number of times.", ValueShape.Texts, required: true, example: "__emit-count/default")
                .Query("instance", "Only of these; any number of times.", ValueShape.Texts)
                .Query("window", "Up to now: seconds, or such as 10m or 3h, or all; 10 minutes without it.", example: "10m")
                .Query("from", "In place of window: seconds since 1970, or a time in ISO 8601.")
                .Query("to", "With from; now without it.")
                .Query("minutes", "Each minute, too.", ValueShape.Flag));
        Map(
            "exceptions",
            "getExceptions",
            "Tells exceptions that instances have reported",
            () => ObserveJson.Relaxed.ExceptionsView,
            ExceptionsAsync,
            """
            {"exceptions":[{"component":"word","instance":"container_1_word_1","host":"node-7","first":"Sat Nov 28 19:46:00 UTC 2026",
            "last":"Sat Nov 28 19:47:00 UTC 2026","count":3,"text":"java.lang.IllegalStateException: no words"}]}
            """,
            route => route
                .Query("component", "Only of this component.")
                .Query("instance", "Only of these; any number of times.", ValueShape.Texts)
                .Query("summary", "One entry for each class.", ValueShape.Flag));
        Map(
            "figures",
            "getFigures",
            "Tells the figures that are looked at most, of all components",
            () => ObserveJson.Relaxed.FiguresView,
            Plain<TopologyFigures, FiguresView>((f, a, stop) => f.ReadAsync(a, stop)),
            """{"at":1764440760,"windows":[{"seconds":600,"components":[{"component":"word","kind":"spout","instances":2,"emitted":1200}]}]}""");
        Map(
            "plan/logical",
            "getLogicalPlan",
            "Tells components and the streams between them",
            () => ObserveJson.Relaxed.LogicalPlanView,
            Plain<TopologyPlans, LogicalPlanView>((p, a, stop) => p.LogicalAsync(a, stop)),
            """{"components":[{"name":"word","kind":"spout","parallelism":2,"inputs":[],"outputs":["default"]}]}""");
        Map(
            "plan/packing",
            "getPackingPlan",
            "Tells what should run in which container",
            () => ObserveJson.Relaxed.PackingPlanView,
            Plain<TopologyPlans, PackingPlanView>((p, a, stop) => p.PackingAsync(a, stop)),
            """
            {"id":"wordcount3f2a","containers":[{"id":1,"required":{"cpu":3,"ram":4294967296,"disk":14629732352},
            "instances":[{"component":"word","task":1,"index":0,"resources":{"cpu":1,"ram":1073741824,"disk":1073741824}}]}]}
            """);
        Map(
            "plan/physical",
            "getPhysicalPlan",
            "Tells what runs where",
            () => ObserveJson.Relaxed.PhysicalPlanView,
            Plain<TopologyPlans, PhysicalPlanView>((p, a, stop) => p.PhysicalAsync(a, stop)),
            """
            {"state":"RUNNING","stream_managers":[{"id":"stmgr-1","host":"node-7","data_port":31003,"shell_port":31004,"pid":4711,
            "instances":[{"id":"container_1_word_1","component":"word","task":1,"index":0}]}]}
            """);
        Map(
            "config",
            "getConfig",
            "Tells the settings in force, with changes at run time; secrets are masked",
            () => ObserveJson.Relaxed.TopologyConfigView,
            Plain<TopologyPlans, TopologyConfigView>((p, a, stop) => p.ConfigAsync(a, stop)),
            """{"topology":{"topology.stmgrs":"2"},"components":{"word":{"topology.component.parallelism":"2"}}}""");
        MapTool("pid", null, "Tells the process id of an instance");
        MapTool("jstack", JvmTool.Jstack, "Shows the threads of an instance");
        MapTool("jmap", JvmTool.Jmap, "Writes the heap of an instance into /tmp/heap.bin on its node, and stops its JVM meanwhile");
        MapTool("histo", JvmTool.Histo, "Counts the objects in the heap of an instance");
        return routes;

        // How a type becomes JSON is found out when it first does.
        void Map<T>(
            string name,
            string id,
            string summary,
            Func<JsonTypeInfo<T>> type,
            Func<HttpContext, TopologyAddress, CancellationToken, Task<T>> read,
            string example,
            Action<RouteContract>? tell = null) => routes
            .MapMethods(
                $"{TopologyPath.Pattern}/{name}",
                ReadRoutes.GetAndHead,
                async context => await TypedResults.Json(
                    await read(context, TopologyPath.Of(context)!.Address, context.RequestAborted), type()).ExecuteAsync(context))
            .Needs(Right.Read)
            .Described(id, RouteGroups.Inside, summary, route =>
            {
                tell?.Invoke(route);
                Fail(route.Answer(200, type(), "What was asked for; what is not known is left out.", example));
            });

        void MapTool(string name, JvmTool? tool, string summary) => routes
            .MapMethods(
                $"{TopologyPath.Pattern}/instances/{{instance}}/{name}",
                ReadRoutes.GetAndHead,
                async Task<JsonHttpResult<ShellOutput>> (HttpContext context, TopologyPath path, string instance) => TypedResults.Json(
                    await RunAsync(context, path.Address, instance, tool), ObserveJson.Relaxed.ShellOutput))
            .Needs(Right.Operate)
            .Described("get" + char.ToUpperInvariant(name[0]) + name[1..], RouteGroups.Inside, summary, route => Fail(route
                .Path("instance", "Id of the instance.", example: "container_1_word_1")
                .Answer(200, ObserveJson.Relaxed.ShellOutput, "What the command printed.", $$"""{"command":"{{name}}","stdout":"4711\n"}""")));
    }

    private static void Fail(RouteContract route) => route
        .Fails(400, "A parameter means nothing.", "'verbose' means nothing here: this path takes no parameters")
        .Fails(404, "There is no such topology, or nothing of it that was asked for.", "Topology 'wordcount' does not exist")
        .Fails(409, "The topology is at another place.", TopologyPath.ElsewhereExample)
        .Fails(502, "Who knows it answered nonsense.", "the metrics cache of wordcount answered nonsense")
        .Fails(503, "Who knows it is away, or not there yet.", "the topology manager of wordcount does not answer");

    private static T Service<T>(HttpContext context)
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    private static Func<HttpContext, TopologyAddress, CancellationToken, Task<T>> Plain<TService, T>(
        Func<TService, TopologyAddress, CancellationToken, Task<T>> read)
        where TService : notnull => (context, address, stop) =>
    {
        MetricsQuery.RefuseUnknown(context.Request.Query);
        return read(Service<TService>(context), address, stop);
    };

    private static Task<ExceptionsView> ExceptionsAsync(HttpContext context, TopologyAddress address, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        MetricsQuery.RefuseUnknown(query, "component", "instance", "summary");
        return Service<TopologyMetrics>(context).ReadExceptionsAsync(
            address,
            MetricsQuery.Optional(query, "component"),
            [.. query["instance"].OfType<string>()],
            MetricsQuery.Flag(query, "summary"),
            cancellationToken);
    }

    private static async Task<ShellOutput> RunAsync(HttpContext context, TopologyAddress address, string instance, JvmTool? tool)
    {
        MetricsQuery.RefuseUnknown(context.Request.Query);
        var (topology, container) = await Service<TopologyPlans>(context).FindInstanceAsync(address, instance, context.RequestAborted);
        var shells = Service<IContainerShells>(context);
        return tool is { } which
            ? await shells.RunAsync(topology, container, which, instance, context.RequestAborted)
            : await shells.PidAsync(topology, container, instance, context.RequestAborted);
    }
}
