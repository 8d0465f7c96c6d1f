// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Access;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Access;

public sealed class LoginThrottleTests
{
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress There = IPAddress.Parse("10.0.0.2");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Tries_for_a_user_from_an_address_get_slower_and_nobody_else_is_hindered()
    {
        var throttle = new LoginThrottle(_time);
        Fail(throttle, "alice", LoginThrottle.FreeTriesOfUser - 1);
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Here, "alice"));

        Fail(throttle, "alice", 1);
        Assert.Equal(TimeSpan.FromSeconds(1), throttle.WaitOf(Here, "alice"));
        Fail(throttle, "alice", 1);
        Assert.Equal(TimeSpan.FromSeconds(2), throttle.WaitOf(Here, "alice"));
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(There, "alice"));
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Here, "bob"));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Here, "alice"));
        throttle.Succeeded(Here, "alice");
        Fail(throttle, "alice", 1);
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Here, "alice"));
    }

    [Fact]
    public void An_address_that_tries_many_names_is_slowed_for_all_of_them()
    {
        var throttle = new LoginThrottle(_time);
        for (var i = 0; i < LoginThrottle.FreeTriesOfAddress; i++)
        {
            Fail(throttle, $"user{i}", 1);
        }

        Assert.True(throttle.WaitOf(Here, "alice") > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(There, "alice"));
    }

    private static void Fail(LoginThrottle throttle, string user, int times)
    {
        for (var i = 0; i < times; i++)
        {
            throttle.Failed(Here, user);
        }
    }
}
