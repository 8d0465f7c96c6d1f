// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.ApiServer.Answers;
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Operations.Observe.Files;

namespace Heron.ApiServer.Observe;

/// <summary>Reads the query of a request for a log.</summary>
internal static class LogsQuery
{
    private const int UsualTail = 1000;
    private const int MostTail = 100_000;

    /// <summary>What is wanted.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.BadRequest"/>: the message says what to change.</exception>
    public static LogQuestion Read(HttpRequest request, int container)
    {
        var query = request.Query;
        MetricsQuery.RefuseUnknown(query, "instance", "output", "tail", "since", "grep", "follow");
        return new LogQuestion(container)
        {
            Instance = MetricsQuery.Optional(query, "instance"),
            Output = MetricsQuery.Optional(query, "output") switch
            {
                null => null,
                "stdout" => ContainerOutput.Out,
                "stderr" => ContainerOutput.Error,
                _ => throw new HeronException(FaultKind.BadRequest, "output is stdout or stderr"),
            },
            Tail = Tail(MetricsQuery.Optional(query, "tail")),
            Since = MetricsQuery.Time(query, "since") is { } since ? DateTimeOffset.FromUnixTimeSeconds(since) : null,
            Grep = MetricsQuery.Optional(query, "grep") ?? "",
            Follow = MetricsQuery.Flag(query, "follow"),
            After = EventStream.LastId(request),
        };
    }

    private static int? Tail(string? text) => text switch
    {
        null => UsualTail,
        "all" => null,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines <= MostTail => lines,
        _ => throw new HeronException(FaultKind.BadRequest, $"tail is a number of lines up to {MostTail}, or all"),
    };
}
