// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.Core.Tests.State;

public sealed class StateMessageTests
{
    [Fact]
    public void What_is_wrong_with_a_node_is_one_clause_that_a_sentence_can_go_on_with()
    {
        Assert.False(StateMessage.TryParse(ExecutionState.Parser, [0xff, 0xff], out _, out var damage));
        Assert.DoesNotContain('.', damage);
        Assert.StartsWith("does not hold a message of the expected type: ", damage, StringComparison.Ordinal);
    }
}
