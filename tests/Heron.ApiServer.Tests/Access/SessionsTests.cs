// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

public sealed class SessionsTests
{
    private static readonly AccessPolicy Policy = UsersFile.Read("users:\n  alice: {}\n  mallory: {}\n", "/nowhere/users.yaml");

    [Fact]
    public void Whoever_logs_in_again_and_again_ends_nobodys_sessions_but_the_own()
    {
        var time = new FakeTimeProvider();
        var sessions = new Sessions(time);
        var alice = sessions.Begin(Policy, "alice");
        time.Advance(TimeSpan.FromMinutes(1));
        var first = sessions.Begin(Policy, "mallory");
        var last = first;
        for (var i = 0; i < 10_100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            last = sessions.Begin(Policy, "mallory");
        }

        Assert.Equal("alice", sessions.UserOf(Policy, alice)?.Name);
        Assert.Equal("mallory", sessions.UserOf(Policy, last)?.Name);
        Assert.Null(sessions.UserOf(Policy, first));
    }
}
