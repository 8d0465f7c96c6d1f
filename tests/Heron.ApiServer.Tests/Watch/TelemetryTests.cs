// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heron.ApiServer.Watch;
using Heron.Core.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Heron.ApiServer.Tests.Watch;

/// <summary>What goes to a collector, by the variables that name it.</summary>
public sealed class TelemetryTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "", "OTEL_EXPORTER_OTLP_PROTOCOL", "/v1/metrics /v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "/my/metrics", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "/my/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/my/traces", "OTEL_EXPORTER_OTLP_PROTOCOL", "/my/traces")]
    public async Task Each_signal_goes_where_its_variable_or_the_general_one_says(string variable, string path, string protocol, string reached)
    {
        using var collector = new Collector();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(
        [
            new(variable, collector.Address + path),
            new(protocol, "http/protobuf"),
        ]);
        builder.WebHost.UseKestrelCore();
        builder.AddTelemetry("1.2.3");
        await using (var app = builder.Build())
        {
            var meters = app.Services.GetRequiredService<MeterProvider>();
            var tracers = app.Services.GetService<TracerProvider>();
            HeronMeter.Activities.StartActivity("sample")?.Dispose();
            tracers?.ForceFlush();
            meters.ForceFlush();
        }

        Assert.Equal(reached, string.Join(' ', collector.Paths.Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.AddTelemetry("1.2.3");
        await using var app = builder.Build();
        Assert.Null(app.Services.GetService<TracerProvider>());
    }

    /// <summary>Answers every request with 200, and notes its path.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Collector()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public string Address => $"http://{_listener.LocalEndpoint}";

        public ConcurrentQueue<string> Paths { get; } = new();

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using var connection = client;
            await using var stream = client.GetStream();
            var text = new StringBuilder();
            var buffer = new byte[64 * 1024];
            while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var length = await stream.ReadAsync(buffer);
                if (length == 0)
                {
                    return;
                }

                text.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }

            var head = text.ToString();
            Paths.Enqueue(head.Split(' ')[1]);

            // The whole body, or closing would be a reset for whoever still sends.
            var end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            var line = head.Split("\r\n").Single(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            var rest = int.Parse(line.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture) - (head.Length - end);
            while (rest > 0)
            {
                rest -= await stream.ReadAtLeastAsync(buffer, 1);
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        }
    }
}
