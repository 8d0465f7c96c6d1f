// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Google.Protobuf;
using Heron.Core.State;
using Heron.Operations.Describe;
using Heron.Operations.Exclusion;
using Heron.Operations.Observe.Containers;
using Heron.Testing.Scheduling;
using Heron.Testing.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Operations.Tests.Describe;

public sealed class TopologyLinesTests
{
    private const int Topologies = 2000;
    private const int Looks = 200;

    [Fact]
    public async Task A_list_of_two_thousand_topologies_is_made_once_and_only_what_has_changed_again()
    {
        var view = new StateViewSnapshot(1, [.. Enumerable.Range(0, Topologies).Select(i => Snapshot($"t{i:0000}"))], null);
        using var board = new ContainerBoard(null!, new FakeScheduler(), [], TimeProvider.System, NullLogger<ContainerBoard>.Instance);
        var lines = new TopologyLines(board, new OperationGate(TimeProvider.System));
        var token = TestContext.Current.CancellationToken;

        var first = await lines.OfAsync(view, token);
        var second = await lines.OfAsync(view, token);
        Assert.All(first.Zip(second), pair => Assert.Same(pair.First, pair.Second));

        TopologySnapshot[] changed = [.. view.Topologies];
        changed[7] = Snapshot("t0007");
        var third = await lines.OfAsync(view with { Topologies = changed }, token);
        Assert.Equal([7], Enumerable.Range(0, Topologies).Where(i => !ReferenceEquals(first[i], third[i])));

        var query = new TopologyQuery { Limit = 100, Name = "t*", States = ["STARTING"], Order = TopologyOrder.Submitted };
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Looks; i++)
        {
            Assert.Equal(Topologies, query.Select(await lines.OfAsync(view, token)).Total);
        }

        TestContext.Current.SendDiagnosticMessage(
            $"a page of 100 of {Topologies} topologies, filtered and sorted: {Stopwatch.GetElapsedTime(begun).TotalMilliseconds / Looks:0.000} ms");
    }

    private static TopologySnapshot Snapshot(string name)
    {
        var registration = Samples.Registration(name);
        return new TopologySnapshot(name)
            .With(StateNode.Definition, new NodeContent(registration.Topology.ToByteArray()))
            .With(StateNode.ExecutionState, new NodeContent(registration.ExecutionState.ToByteArray()))
            .With(StateNode.PackingPlan, new NodeContent(registration.PackingPlan.ToByteArray()));
    }
}
