// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Operations.Update;

namespace Heron.Operations.Tests.Update;

public sealed class UpdateWaitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("90", 90)]
    [InlineData("2147483647", 20 * 24 * 60 * 60)]
    public void A_wait_is_what_the_topology_says_as_far_as_a_timer_can_wait(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), UpdateWaits.Of(With(text)).ForPhysicalPlan);

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("ten")]
    [InlineData("99999999999")]
    public void A_wait_that_is_no_number_of_seconds_is_refused(string text) =>
        Assert.Equal(FaultKind.Invalid, Assert.Throws<HeronException>(() => UpdateWaits.Of(With(text))).Kind);

    private static Topology With(string wait) => new()
    {
        TopologyConfig = new Config
        {
            Kvs = { new Config.Types.KeyValue { Key = "topology.update.reactivate.wait.secs", Value = wait } },
        },
    };
}
