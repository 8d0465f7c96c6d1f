// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Operations.Exclusion;
using Heron.Operations.Journal;
using Heron.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class RecoveryTests
{
    [Fact]
    public async Task What_cannot_be_settled_is_tried_again_and_again_and_told_only_when_the_reason_is_another()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        (await world.Journal.BeginAsync(new KillIntent(world.Identity, DateTimeOffset.UnixEpoch), CancellationToken.None)).Dispose();
        var time = new FakeTimeProvider();
        var failing = new FailingRecovery();
        using var log = new CollectedLog();
        using var loggers = new LoggerFactory([log]);
        using var recovery = new Recovery(world.Journal, [failing], new OperationGate(time), time, loggers.CreateLogger<Recovery>());
        await recovery.StartAsync(CancellationToken.None);

        await TryAsync(4);
        Assert.Single(log.Lines, Postponed);
        failing.Reason = "the disk is full";
        await TryAsync(4);
        await recovery.StopAsync(CancellationToken.None);

        Assert.Equal(
            ["Nomad is away", "the disk is full"], log.Lines.Where(Postponed).Select(line => line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]));

        Task TryAsync(int times)
        {
            var until = failing.Tries + times;
            return Poll.UntilAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(5));
                    return failing.Tries >= until;
                },
                "it is tried again");
        }
    }

    private static bool Postponed(string line) => line.Contains("cannot be settled yet", StringComparison.Ordinal);

    private sealed class FailingRecovery : IRecovery
    {
        private int _tries;

        public int Tries => Volatile.Read(ref _tries);

        public string Reason { get; set; } = "Nomad is away";

        public bool Knows(Intent intent) => true;

        public Task RecoverAsync(Intent intent, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _tries);
            throw new HeronException(FaultKind.Unavailable, Reason);
        }
    }
}
