// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;

namespace Heron.ApiServer.Tracker;

/// <summary>
/// What the stock tracker 0.17.8 answers, for that release's UI: <c>--tracker_url=http://HOST:PORT/tracker/0.17</c>. It says the same as
/// the newer one in other shapes, so it is made from the newer one's answers.
/// </summary>
internal static class EarlierTracker
{
    /// <summary>Where it is below the newer one.</summary>
    public const string Below = "/0.17";

    /// <summary>Where it is.</summary>
    public const string Root = TrackerEndpoints.Root + Below;

    private const string Release = "0.17.8";
    private const string AsThere = "says what the routes of /tracker say, in the shapes that the UI of Heron 0.17 reads";
    private const string Manager = "has_tmaster_location";
    private const string Metadata = "/topologies/metadata";

    private static readonly string[] Get = [HttpMethods.Get];

    /// <summary>Paths of which only the newer tracker has another name.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["/topologies/metrics/query"] = "/topologies/metricsquery",
        ["/topologies/container/filedata"] = "/topologies/containerfiledata",
        ["/topologies/container/filestats"] = "/topologies/containerfilestats",
        ["/topologies/container/filedownload"] = "/topologies/containerfiledownload",
    };

    /// <summary>Paths that the earlier one does not have.</summary>
    private static readonly string[] Newer = ["/topologies/packingplan", "/topologies/metrics/timeline"];

    /// <summary>Adds the routes.</summary>
    public static void MapEarlierTracker(this IEndpointRouteBuilder routes, IReadOnlyList<TrackerRoute> table)
    {
        foreach (var route in table.Where(route => !Newer.Contains(route.Path)))
        {
            var path = Renamed.GetValueOrDefault(route.Path, route.Path);
            routes.MapMethods(Root + path, Get, context => RunAsync(route, table, context)).NeedsForAll(route.Right)
                .NotDescribed(AsThere);
        }

        routes.Map(Root + "/{**rest}", context => SendAsync(
            context, Stopwatch.GetTimestamp(), null, $"URL not supported: {context.Request.Path.Value![Root.Length..]}")).NeedsForAll(Right.Read).NotDescribed(AsThere);
    }

    private static Task RunAsync(TrackerRoute route, IReadOnlyList<TrackerRoute> table, HttpContext context)
    {
        var begun = Stopwatch.GetTimestamp();
        return TrackerEndpoints.AskAsync(
            route,
            context,
            async (parameters, answer) =>
            {
                var release = route.Path == "/topologies/runtimestate"
                    ? (await table.First(r => r.Path == Metadata).Answer(parameters, context, context.RequestAborted))!["release_version"]
                    : null;
                await SendAsync(context, begun, Reshape(route.Path, answer, release), "");
            },
            refusal => SendAsync(context, begun, null, refusal.Words));
    }

    private static Task SendAsync(HttpContext context, long begun, JsonNode? result, string failure)
    {
        var body = new JsonObject
        {
            ["status"] = failure.Length == 0 ? "success" : "failure",
            ["tracker_version"] = Release,
            ["executiontime"] = Stopwatch.GetElapsedTime(begun).TotalSeconds,
            ["message"] = failure,
        };
        if (failure.Length == 0)
        {
            body["result"] = result;
        }

        return TrackerEndpoints.WriteAsync(
            context, failure.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound, body);
    }

    private static JsonNode Reshape(string path, JsonNode answer, JsonNode? release) => path switch
    {
        "/topologies/info" => Info(answer.AsObject()),
        "/topologies/metadata" => Metadatum(answer.AsObject()),
        "/topologies/executionstate" => Execution(answer.AsObject()),
        "/topologies/runtimestate" => Runtime(answer.AsObject(), release?.DeepClone()),
        "/topologies/logicalplan" => Logical(answer.AsObject(), forInfo: false),
        "/topologies/physicalplan" => Physical(answer.AsObject()),
        "/topologies/states" => States(answer.AsObject()),
        "/topologies/exceptions" => Exceptions(answer.AsArray()),

        // What the shell said, as a text: the UI reads it as JSON itself.
        "/topologies/pid" or "/topologies/jstack" or "/topologies/jmap" or "/topologies/histo" => JsonValue.Create(TrackerEndpoints.TextOf(answer)),
        _ => answer,
    };

    private static JsonObject Info(JsonObject info)
    {
        var manager = info["tmanager_location"]!.DeepClone().AsObject();
        Rename(manager, "server_port", "master_port");
        return new JsonObject
        {
            ["name"] = info["name"]!.DeepClone(),
            ["id"] = info["id"]?.DeepClone(),
            ["logical_plan"] = Logical(info["logical_plan"]!.DeepClone().AsObject(), forInfo: true),
            ["physical_plan"] = Physical(info["physical_plan"]!.DeepClone().AsObject()),
            ["execution_state"] = Execution(info["execution_state"]!.DeepClone().AsObject()),
            ["tmaster_location"] = manager,
            ["scheduler_location"] = info["scheduler_location"]!.DeepClone(),
            ["metadata"] = Metadatum(info["metadata"]!.DeepClone().AsObject()),
            ["runtime_state"] = Runtime(info["runtime_state"]!.DeepClone().AsObject(), null),
        };
    }

    private static JsonObject Metadatum(JsonObject metadata)
    {
        metadata.Remove("extra_links");
        metadata.Remove("instances");
        metadata["viz"] = "";
        return metadata;
    }

    private static JsonObject Execution(JsonObject execution)
    {
        execution.Remove("has_packing_plan");
        Rename(execution, "has_tmanager_location", Manager);
        return Metadatum(execution);
    }

    private static JsonObject Runtime(JsonObject runtime, JsonNode? release)
    {
        runtime.Remove("has_packing_plan");
        Rename(runtime, "has_tmanager_location", Manager);
        if (release is not null)
        {
            runtime["topology_version"] = release;
        }

        return runtime;
    }

    /// <summary>The plan as its own route has it, or, plainer and with shorter names, as a part of everything.</summary>
    private static JsonObject Logical(JsonObject plan, bool forInfo)
    {
        foreach (var spout in plan["spouts"]!.AsObject().Select(s => s.Value!.AsObject()))
        {
            spout.Remove("extra_links");
            if (forInfo)
            {
                Rename(spout, "spout_type", "type");
                Rename(spout, "spout_source", "source");
            }
            else
            {
                spout.Remove("version");
            }
        }

        if (forInfo)
        {
            plan.Remove("stages");
            foreach (var bolt in plan["bolts"]!.AsObject())
            {
                bolt.Value!.AsObject().Remove("inputComponents");
            }
        }

        return plan;
    }

    private static JsonObject Physical(JsonObject plan)
    {
        plan.Remove("components");
        foreach (var instance in plan["instances"]!.AsObject())
        {
            Rename(instance.Value!.AsObject(), "stmgr_id", "stmgrId");
        }

        return plan;
    }

    private static JsonObject States(JsonObject clusters)
    {
        foreach (var topology in clusters.SelectMany(c => c.Value!.AsObject()).SelectMany(e => e.Value!.AsObject()))
        {
            Execution(topology.Value!.AsObject());
        }

        return clusters;
    }

    private static JsonArray Exceptions(JsonArray exceptions)
    {
        foreach (var exception in exceptions)
        {
            Rename(exception!.AsObject(), "stacktrace", "stack_trace");
        }

        return exceptions;
    }

    private static void Rename(JsonObject of, string from, string to)
    {
        if (of.Remove(from, out var value))
        {
            of[to] = value;
        }
    }
}
