// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Daemons;

namespace Heron.Core.Tests.Daemons;

/// <summary>Times of reported exceptions, as the daemons of 0.20.5 write them.</summary>
public sealed class ExceptionEntryTests
{
    // The two lines of one class from a real metrics cache whose instances had met it 11 s apart.
    [Theory]
    [InlineData("Sun Nov 29 13:03:11 UTC 2026", "Sun Nov 29 13:03:22 UTC 2026")]
    [InlineData("Sun Nov 29 13:03:22 UTC 2026", "Sun Nov 29 13:03:11 UTC 2026")]
    public void What_was_first_seen_is_never_after_what_was_last_seen(string last, string first)
    {
        var entry = new ExceptionEntry("count", "", "", "java.net.ConnectException", last, first, 2, "");

        Assert.Equal(new DateTimeOffset(2026, 11, 29, 13, 3, 11, TimeSpan.Zero), entry.FirstTime);
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 13, 3, 22, TimeSpan.Zero), entry.LastTime);
    }

    [Fact]
    public void A_time_in_a_zone_that_only_the_instance_knows_is_no_time()
    {
        var entry = new ExceptionEntry("count", "", "", "x", "Sun Nov 29 13:03:11 IST 2026", "Sun Nov 29 13:03:11 UTC 2026", 1, "");

        Assert.Null(entry.LastTime);
        Assert.NotNull(entry.FirstTime);
    }
}
