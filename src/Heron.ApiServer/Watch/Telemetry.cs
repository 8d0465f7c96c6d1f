// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using System.Globalization;
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;
using Heron.Core.Watching;
using Heron.ZooKeeper;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Heron.ApiServer.Watch;

/// <summary>
/// What the server counts and how it is read: <c>/metrics</c> for Prometheus always; metrics and traces by OTLP when the environment
/// names a collector for them, as OpenTelemetry's specification has it (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin).
/// </summary>
internal static class Telemetry
{
    private const string Exporter = "OTEL_EXPORTER_OTLP_";
    private const string Metrics = "METRICS_";
    private const string Traces = "TRACES_";

    /// <summary>Adds the meters, the exporters, and the gauges of what the server needs.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, string version)
    {
        // The empty builder reads no environment; OpenTelemetry's variables are the contract with every collector.
        builder.Configuration.AddInMemoryCollection(Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => entry.Key is string key && key.StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value)));
        builder.Services.AddSingleton<PartGauges>();
        builder.Services.AddMetrics();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("heron-apiserver", serviceVersion: version))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(
                    HeronMeter.Name, ZooKeeperMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Net.Http", "System.Runtime");

                // Downloads of a core take minutes on a slow line, answers from memory microseconds.
                metrics.AddView("http.server.request.duration", new ExplicitBucketHistogramConfiguration
                {
                    Boundaries = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600],
                });
                metrics.AddPrometheusExporter(prometheus => prometheus.DisableTotalNameSuffixForCounters = false);
                if (IsExported(builder.Configuration, Metrics))
                {
                    metrics.AddOtlpExporter(options => Read(builder.Configuration, Metrics, options));
                }
            });
        if (IsExported(builder.Configuration, Traces))
        {
            telemetry.WithTracing(traces => traces
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddSource(HeronMeter.Name)
                .AddOtlpExporter(options => Read(builder.Configuration, Traces, options)));
        }
    }

    private static bool IsExported(ConfigurationManager configuration, string signal) =>
        Value(configuration, "", "ENDPOINT") is not null || Value(configuration, signal, "ENDPOINT") is not null;

    // The exporter itself reads the general variables only; what is said for one signal goes before them.
    private static void Read(ConfigurationManager configuration, string signal, OtlpExporterOptions options)
    {
        if (Uri.TryCreate(Value(configuration, signal, "ENDPOINT"), UriKind.Absolute, out var endpoint))
        {
            options.Endpoint = endpoint;
        }

        options.Protocol = Value(configuration, signal, "PROTOCOL") switch
        {
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => options.Protocol,
        };
        options.Compression = Value(configuration, signal, "COMPRESSION") switch
        {
            "gzip" => OtlpExportCompression.GZip,
            "none" => OtlpExportCompression.None,
            _ => options.Compression,
        };
        options.Headers = Value(configuration, signal, "HEADERS") ?? options.Headers;
        if (int.TryParse(Value(configuration, signal, "TIMEOUT"), CultureInfo.InvariantCulture, out var timeout))
        {
            options.TimeoutMilliseconds = timeout;
        }
    }

    private static string? Value(ConfigurationManager configuration, string signal, string name) =>
        configuration[Exporter + signal + name] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Begins to make what counts, which takes a while and needs nothing of the rest. <see cref="MapMetrics"/> waits until it is there, and
    /// tells what went wrong.
    /// </summary>
    public static void StartCounting(this WebApplication app) => _ = Task.Run(() => app.Services.GetRequiredService<MeterProvider>());

    /// <summary>Adds <c>/metrics</c>, and lets the gauges live.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        app.Services.GetRequiredService<PartGauges>();
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])).NeedsForAll(Right.Read)
            .Described("getServerMetrics", RouteGroups.Server, "The server's own metrics, for Prometheus", route => route
                .Explained("docs/operating.md lists them; deploy/ has a dashboard and alert rules.")
                .Text(200, "text/plain", "In Prometheus' text format, or OpenMetrics when that is asked for.", "heron_apiserver_part_up{part=\"state\"} 1"));
    }
}

/// <summary>Gauges of what the server needs: 1 for a part that is there, 0 for one that is away.</summary>
internal sealed class PartGauges
{
    /// <summary>Reads what <see cref="PeerWatch"/> has found, when it is asked for.</summary>
    public PartGauges(PeerWatch watch) => HeronMeter.Meter.CreateObservableGauge(
        "heron.apiserver.part.up",
        () => watch.Parts.Where(part => part.IsKnown).Select(part => new Measurement<int>(
            part.Problem is null ? 1 : 0, KeyValuePair.Create<string, object?>("part", part.Name))),
        unit: null,
        description: "Whether what the server needs is there: scheduler, state, disk.");
}
