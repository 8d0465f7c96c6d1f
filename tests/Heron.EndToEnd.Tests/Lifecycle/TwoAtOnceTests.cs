// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing.Nomad;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Lifecycle;

public sealed class TwoAtOnceTests
{
    [Fact]
    public async Task Of_two_operations_one_proceeds_and_the_other_is_told_who_holds_the_topology_since_when()
    {
        await using var world = await LifeWorld.StartAsync(Runs.Nomad, Keeps.Folder);
        await world.SubmitAsync();
        var held = world.Nomad!.Fault(new NomadFault { Kind = NomadFaultKind.Hold, Method = "PUT" });

        var update = world.ScaleAsync(3);
        await held.Met.Task.WaitAsync(Poll.Limit);
        foreach (var operation in new[] { "activate", "deactivate", "restart" })
        {
            AssertBusy(await world.PostAsync(operation));
        }

        AssertBusy(await world.ScaleAsync(4));
        using (var again = await world.SendSubmissionAsync())
        {
            Assert.Equal(409, (int)again.StatusCode);
        }

        Assert.Contains("update by 127.0.0.1 since ", (await world.DescribeAsync()).GetProperty("busy").GetString(), StringComparison.Ordinal);
        world.Nomad!.ClearFaults();
        held.Gate.TrySetResult();

        Assert.Equal(200, (await update).Status);
        await world.WaitForAsync(3, TopologyState.Running);
        Assert.Equal(200, (await world.KillAsync()).Status);

        static void AssertBusy((int Status, string Message) answer)
        {
            Assert.Equal(409, answer.Status);
            Assert.Matches(
                @"^Topology 'syn-2c-5i' is busy: update by 127\.0\.0\.1 since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\. Wait until that is done, or kill the topology, which ends that \(DELETE ",
                answer.Message);
        }
    }
}
