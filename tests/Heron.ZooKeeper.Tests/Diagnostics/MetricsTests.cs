// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;
using Microsoft.Extensions.Logging;

namespace Heron.ZooKeeper.Tests.Diagnostics;

public sealed class MetricsTests(SingleServer shared)
{
    [Fact]
    public async Task Connections_losses_expiries_latency_and_queue_are_counted()
    {
        var sums = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == ZooKeeperMetrics.MeterName)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => sums.AddOrUpdate(i.Name, value, (_, old) => old + value));
        listener.SetMeasurementEventCallback<double>((i, _, _, _) => sums.AddOrUpdate(i.Name, 1, (_, old) => old + 1));
        listener.Start();
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using ZooKeeperClient direct = await shared.ClientAsync();
        await using ZooKeeperClient client = ZooKeeperClient.Start(direct.Options with { Servers = ConnectionString.Parse(proxy.ConnectionString) });
        await client.ExistsAsync("/");
        proxy.CutAll();
        await client.Feed(s => s.Connections == 2);
        await SessionKiller.KillAsync(client, shared.Server.Port);
        await client.Feed(s => s.Epoch == 1 && s.State == SessionState.Connected);
        foreach (string name in new[] { "connections", "connection_losses", "expiries", "request.duration" })
        {
            Assert.True(sums.GetValueOrDefault("zookeeper.client." + name) >= 1, name);
        }

        Assert.Contains("zookeeper.client.requests.outstanding", sums.Keys);
    }

    [Fact]
    public async Task No_data_and_no_secret_is_ever_logged_and_event_ids_are_unique()
    {
        using var log = new RecordingLog();
        await using var proxy = new BreakingProxy(shared.Server.Port);
        await using (ZooKeeperClient direct = await shared.ClientAsync())
        await using (ZooKeeperClient client = ZooKeeperClient.Start(
            direct.Options with
            {
                Servers = ConnectionString.Parse(proxy.ConnectionString + direct.Options.Servers.Chroot),
                AllowPlainTextCredentials = true,
                Credentials = [ZooKeeperCredential.Digest("user", "pass-word")],
            },
            log))
        {
            await client.CreateAsync("/a", "node-data"u8.ToArray());
            proxy.CutAll();
            await client.Feed(s => s.Connections == 2);
            await SessionKiller.KillAsync(client, shared.Server.Port);
            await client.Feed(s => s.Epoch == 1 && s.State == SessionState.Connected);
        }

        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, l => l.Text.Contains("pass-word", StringComparison.Ordinal) || l.Text.Contains("node-data", StringComparison.Ordinal));
        Assert.All(log.Lines.GroupBy(l => l.Id), g => Assert.Single(g.Select(l => l.Name).Distinct()));
    }

    private sealed class RecordingLog : ILoggerFactory, ILogger
    {
        public ConcurrentBag<(int Id, string? Name, string Text)> Lines { get; } = [];

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((eventId.Id, eventId.Name, $"{formatter(state, exception)} {exception}"));

        public void Dispose()
        {
        }
    }
}
