// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;
using Heron.Testing.ZooKeeper;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad.Tests.Client;

/// <summary>What the log and the answer say when Nomad is away: each thing once, and what to do.</summary>
public sealed class NoiseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_to_a_Nomad_that_is_away_warns_of_it_once_and_names_the_topology()
    {
        var log = new Lines();
        await using var scheduler = Scheduler($"http://127.0.0.1:{Loopback.FreePorts(1)[0]}", log);

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(5), Stop));

        Assert.Contains("cannot be reached: Connection refused. Check heron.nomad.scheduler.uri and that the agent runs", fault.Message);
        Assert.DoesNotContain("..", fault.Message);
        Assert.Single(log.Of(LogLevel.Warning), line => line.StartsWith("no connection to Nomad at http://127.0.0.1:", StringComparison.Ordinal));
        Assert.All(
            log.Of(LogLevel.Warning).Concat(log.Of(LogLevel.Error)).Where(line => !line.StartsWith("no connection", StringComparison.Ordinal)),
            line => Assert.Contains("opology word", line));
        Assert.True(log.Of(LogLevel.Debug).Count(line => line.StartsWith("no connection", StringComparison.Ordinal)) > 5);
    }

    [Fact]
    public async Task The_port_of_the_old_documentation_is_told_in_the_error_too()
    {
        await using var scheduler = Scheduler("http://127.0.0.1:4647", new Lines());

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ScheduleAsync(Deployments.Make(1), Stop));

        Assert.Contains("its HTTP API is on 4646 unless changed", fault.Message);
    }

    [Fact]
    public async Task What_is_told_to_the_submitter_is_left_to_the_submission_to_log()
    {
        var log = new Lines();
        await using var nomad = await ScriptedNomad.StartAsync(new ScriptedNomadOptions { NodeMemoryMb = 100 });
        await using var scheduler = Scheduler(nomad.Uri, log);

        var result = await scheduler.ScheduleAsync(Deployments.Make(1), Stop);

        Assert.NotEmpty(result.Warnings);
        Assert.Empty(log.Of(LogLevel.Warning));
    }

    private static NomadScheduler Scheduler(string uri, Lines log) =>
        new(Deployments.Options(Deployments.Server(uri, []).Base.Local), log, TimeProvider.System);

    private sealed class Lines : ILogger<NomadScheduler>
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

        public IReadOnlyList<string> Of(LogLevel level) => [.. _lines.Where(line => line.Level == level).Select(line => line.Text)];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue((logLevel, formatter(state, exception)));
    }
}
