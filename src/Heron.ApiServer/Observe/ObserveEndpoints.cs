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
        Map("metrics", ObserveJson.Relaxed.MetricsView, (context, address, stop) => Service<TopologyMetrics>(context).ReadAsync(
            address, MetricsQuery.Read(context.Request.Query, Service<TimeProvider>(context).GetUtcNow()), stop));
        Map("exceptions", ObserveJson.Relaxed.ExceptionsView, ExceptionsAsync);
        Map("figures", ObserveJson.Relaxed.FiguresView, Plain<TopologyFigures, FiguresView>((f, a, stop) => f.ReadAsync(a, stop)));
        Map("plan/logical", ObserveJson.Relaxed.LogicalPlanView, Plain<TopologyPlans, LogicalPlanView>((p, a, stop) => p.LogicalAsync(a, stop)));
        Map("plan/packing", ObserveJson.Relaxed.PackingPlanView, Plain<TopologyPlans, PackingPlanView>((p, a, stop) => p.PackingAsync(a, stop)));
        Map("plan/physical", ObserveJson.Relaxed.PhysicalPlanView, Plain<TopologyPlans, PhysicalPlanView>((p, a, stop) => p.PhysicalAsync(a, stop)));
        Map("config", ObserveJson.Relaxed.TopologyConfigView, Plain<TopologyPlans, TopologyConfigView>((p, a, stop) => p.ConfigAsync(a, stop)));
        MapTool("pid", null);
        MapTool("jstack", JvmTool.Jstack);
        MapTool("jmap", JvmTool.Jmap);
        MapTool("histo", JvmTool.Histo);
        return routes;

        void Map<T>(string name, JsonTypeInfo<T> type, Func<HttpContext, TopologyAddress, CancellationToken, Task<T>> read) => routes.MapRead(
            $"{TopologyPath.Pattern}/{name}",
            async Task<JsonHttpResult<T>> (HttpContext context, TopologyPath path) =>
                TypedResults.Json(await read(context, path.Address, context.RequestAborted), type)).Needs(Right.Read);

        void MapTool(string name, JvmTool? tool) => routes.MapRead(
            $"{TopologyPath.Pattern}/instances/{{instance}}/{name}",
            async Task<JsonHttpResult<ShellOutput>> (HttpContext context, TopologyPath path, string instance) => TypedResults.Json(
                await RunAsync(context, path.Address, instance, tool), ObserveJson.Relaxed.ShellOutput)).Needs(Right.Operate);
    }

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
