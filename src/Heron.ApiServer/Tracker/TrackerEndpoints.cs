// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.ApiServer.Access;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Routing;
using Heron.Core;

namespace Heron.ApiServer.Tracker;

/// <summary>
/// What the stock tracker 0.20.5 answers, so that Heron's UI and explorer run against this server:
/// <c>--tracker-url=http://HOST:PORT/tracker</c>. Where the stock tracker fails by mistake, what it meant is answered.
/// </summary>
internal static class TrackerEndpoints
{
    /// <summary>Where the tracker is.</summary>
    public const string Root = "/tracker";

    // Its clients read how long it took, and fail without it.
    private const string ProcessTime = "x-process-time";
    private const string Reversed = "start_time > end_time";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Get = [HttpMethods.Get];

    /// <summary>Adds what the routes need.</summary>
    public static IServiceCollection AddTracker(this IServiceCollection services) => services
        .AddSingleton<TrackerTopologies>()
        .AddSingleton<TrackerDaemons>()
        .AddSingleton<TrackerFiles>()
        .AddSingleton<TrackerRoutes>();

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapTracker(this IEndpointRouteBuilder routes)
    {
        var table = routes.ServiceProvider.GetRequiredService<TrackerRoutes>().All;
        foreach (var route in table)
        {
            routes.MapMethods(Root + route.Path, Get, context => RunAsync(route, context)).NeedsForAll(route.Right)
                .Described(IdOf(route.Path), RouteGroups.Tracker, $"As the tracker of Heron 0.20.5 answers {route.Path}", contract => Describe(contract, route));
        }

        MapText("/health", "text/plain; charset=utf-8", _ => "ok");
        MapText("/openapi.json", "application/json", root => TrackerDocument.Of(table, root).ToJsonString(Json));
        MapText("", "text/html; charset=utf-8", root => TrackerDocument.Page(table, root));
        MapText("/docs", "text/html; charset=utf-8", root => TrackerDocument.Page(table, root));
        var paths = table.Select(r => r.Path).Concat(["", "/docs", "/health", "/openapi.json"]).ToHashSet(StringComparer.Ordinal);
        routes.MapEarlierTracker(table);
        routes.Map(Root + "/{**rest}", context => RefuseAsync(context, paths)).NeedsForAll(Right.Read)
            .NotDescribed("refuses, in the stock tracker's words, what is no route of its");
        return routes;

        void MapText(string path, string type, Func<string, string> text) => routes.MapMethods(Root + path, Get, context =>
        {
            Time(context);
            return WriteAsync(context, StatusCodes.Status200OK, type, text(context.Request.PathBase.ToUriComponent() + Root));
        }).NeedsForAll(Right.Read)
            .Described(
                path.Length == 0 ? "trackerPage" : IdOf(path),
                RouteGroups.Tracker,
                "Says " + path switch { "/health" => "that the tracker is there", "/openapi.json" => "what the tracker's routes are, to programs", _ => "what the tracker's routes are, to people" },
                route => _ = type == "application/json"
                    ? route.AnyJson(200, "The same for everybody who comes by the same address.")
                    : route.Text(200, type.Split(';')[0], "The same for everybody who comes by the same address.", path == "/health" ? text("") : null));
    }

    private static string IdOf(string path) => "tracker" + string.Concat(
        path.Split('/', '.').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static void Describe(RouteContract contract, TrackerRoute route)
    {
        foreach (var parameter in route.Parameters)
        {
            var shape = parameter.Kind switch
            {
                TrackerParameterKind.Number => new ValueShape("integer") { Format = "int64" },
                TrackerParameterKind.Many => ValueShape.Texts,
                _ => ValueShape.Text,
            };
            contract.Query(parameter.Name, "As the stock tracker takes it.", shape, parameter.IsRequired);
        }

        if (route.Path.EndsWith("/filedownload", StringComparison.Ordinal))
        {
            contract.Bytes(200, "application/octet-stream", "The file.");
        }
        else
        {
            contract.AnyJson(200, "As the stock tracker answers it.");
        }

        contract.AnyJson(400, "The window ends before it begins.", """{"detail":"start_time > end_time"}""")
            .AnyJson(422, "A parameter is missing or no number.", """{"detail":[{"loc":["query","cluster"],"msg":"field required","type":"value_error.missing"}]}""")
            .AnyJson(500, "Whatever else went wrong.", "\"request failed: no topology wordcount\"");
    }

    private static Task RunAsync(TrackerRoute route, HttpContext context)
    {
        Time(context);
        return AskAsync(
            route,
            context,
            (_, answer) => WriteAsync(context, StatusCodes.Status200OK, answer),
            refusal => WriteAsync(context, refusal.Status, refusal.Body));
    }

    /// <summary>Puts the question of a request to a route; each of the trackers has its own form for what comes of it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="context">The request.</param>
    /// <param name="answer">Sends the answer, unless the route has written it itself.</param>
    /// <param name="refuse">Says why there is none.</param>
    internal static async Task AskAsync(
        TrackerRoute route, HttpContext context, Func<TrackerParameters, JsonNode, Task> answer, Func<TrackerRefusal, Task> refuse)
    {
        var parameters = new TrackerParameters(route.Parameters, context.Request.Query);
        if (parameters.Mistakes is { } mistakes)
        {
            await refuse(new TrackerRefusal(StatusCodes.Status422UnprocessableEntity, mistakes, InWords(mistakes)));
            return;
        }

        if (IsReversed(route, parameters))
        {
            await refuse(new TrackerRefusal(StatusCodes.Status400BadRequest, new JsonObject { ["detail"] = Reversed }, Reversed));
            return;
        }

        try
        {
            if (await route.Answer(parameters, context, context.RequestAborted) is { } found)
            {
                await answer(parameters, found);
            }
        }
        catch (Exception e) when (e is HeronException or TrackerException && !context.Response.HasStarted)
        {
            // The stock tracker has one status for all of it, and its clients look for no other.
            context.Features.Set(new RefusalReason(e.Message));
            context.Response.Headers.ContentDisposition = default;
            await refuse(new TrackerRefusal(
                StatusCodes.Status500InternalServerError, JsonValue.Create("request failed: " + e.Message), e.Message));
        }
    }

    private static string InWords(JsonObject mistakes)
    {
        var first = mistakes["detail"]![0]!;
        var name = first["loc"]![1]!.GetValue<string>();
        return first["type"]!.GetValue<string>() == "value_error.missing" ? $"Missing argument {name}" : $"{name}: {first["msg"]}";
    }

    // The window ends before it begins.
    private static bool IsReversed(TrackerRoute route, TrackerParameters parameters) =>
        route.Path is "/topologies/metrics/timeline" or "/topologies/metricstimeline"
        && parameters.Number("starttime") > parameters.Number("endtime");

    // An address with a slash at its end is sent on to the one without, if there is that one.
    private static Task RefuseAsync(HttpContext context, HashSet<string> paths)
    {
        Time(context);
        var path = context.Request.Path.Value![Root.Length..];
        if (paths.Contains(path))
        {
            context.Response.Headers.Allow = HttpMethods.Get;
            return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, new JsonObject { ["detail"] = "Method Not Allowed" });
        }

        if (path is ['/', .., '/'] or "/" && paths.Contains(path[..^1]))
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = $"{context.Request.PathBase}{Root}{path[..^1]}{context.Request.QueryString}";
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        }

        return WriteAsync(context, StatusCodes.Status404NotFound, new JsonObject { ["detail"] = "Not Found" });
    }

    private static void Time(HttpContext context)
    {
        var begin = Stopwatch.GetTimestamp();
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[ProcessTime] = Stopwatch.GetElapsedTime(begin).TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
    }

    /// <summary>An answer as it is sent.</summary>
    public static string TextOf(JsonNode answer) => answer.ToJsonString(Json);

    /// <summary>Sends an answer.</summary>
    public static Task WriteAsync(HttpContext context, int status, JsonNode answer) =>
        WriteAsync(context, status, "application/json", TextOf(answer));

    private static async Task WriteAsync(HttpContext context, int status, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }
}

/// <summary>Why a question to a tracker has no answer.</summary>
/// <param name="Status">As the stock tracker 0.20.5 has it.</param>
/// <param name="Body">The same.</param>
/// <param name="Words">In words, as earlier ones say it.</param>
internal sealed record TrackerRefusal(int Status, JsonNode Body, string Words);
