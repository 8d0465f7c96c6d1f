// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Scheduling;

namespace Heron.Core.Tests.Scheduling;

public sealed class LastWordsTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData(" \n\n", null)]
    [InlineData("one\ntwo\nthree\nfour\n", "two | three | four")]
    [InlineData("curl: no host\ncurl: no host\ncurl: no host\n", "curl: no host")]
    [InlineData("fetching\ncurl: no host\nfetching\ncurl: no host\n", "fetching | curl: no host")]
    public void The_last_lines_are_told_each_once(string output, string? words) => Assert.Equal(words, LastWords.Of(output));
}
