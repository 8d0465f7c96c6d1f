// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Heron.Core;
using Heron.Core.Watching;

namespace Heron.Operations.Running;

/// <summary>Measures operations: how long each took and how it ended, and a span each for who traces.</summary>
internal static class OperationMetrics
{
    private static readonly Histogram<double> Duration = HeronMeter.Meter.CreateHistogram(
        "heron.operation.duration",
        "s",
        "Time that an operation on a topology takes, from the request to its end, by operation and outcome.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600] });

    /// <summary>Runs an operation. The outcome is <c>done</c>, <c>cancelled</c>, or the kind of the fault: <c>not_found</c>, <c>conflict</c>, ...</summary>
    public static async Task<T> MeasureAsync<T>(string operation, string topology, Func<Task<T>> run)
    {
        using var activity = HeronMeter.Activities.StartActivity(operation);
        activity?.SetTag("heron.topology", topology);
        var begun = Stopwatch.GetTimestamp();
        var outcome = "done";
        try
        {
            return await run();
        }
        catch (Exception e)
        {
            outcome = e is OperationCanceledException ? "cancelled" : JsonNamingPolicy.SnakeCaseLower.ConvertName(Faults.KindOf(e).ToString());
            activity?.SetStatus(ActivityStatusCode.Error, outcome);
            throw;
        }
        finally
        {
            Duration.Record(
                Stopwatch.GetElapsedTime(begun).TotalSeconds,
                KeyValuePair.Create<string, object?>("operation", operation),
                KeyValuePair.Create<string, object?>("outcome", outcome));
        }
    }
}
