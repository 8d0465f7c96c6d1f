// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Runtime.CompilerServices;
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

    [Fact]
    public void The_addresses_of_one_network_of_64_bits_count_as_one()
    {
        var throttle = new LoginThrottle(_time);
        for (var i = 0; i < LoginThrottle.FreeTriesOfUser; i++)
        {
            throttle.Failed(IPAddress.Parse($"2001:db8:0:1::{i}"), "alice");
        }

        Assert.True(throttle.WaitOf(IPAddress.Parse("2001:db8:0:1:ffff::1"), "alice") > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(IPAddress.Parse("2001:db8:0:2::1"), "alice"));
        Fail(throttle, "bob", LoginThrottle.FreeTriesOfUser);
        Assert.True(throttle.WaitOf(Here.MapToIPv6(), "bob") > TimeSpan.Zero);
    }

    [Fact]
    public void Made_up_names_of_any_length_are_counted_and_not_kept()
    {
        var throttle = new LoginThrottle(_time);
        var names = FailMadeUpNames(throttle);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.DoesNotContain(names, name => name.IsAlive);
        GC.KeepAlive(throttle);
        Fail(throttle, new string('y', 8000), LoginThrottle.FreeTriesOfUser);
        Assert.True(throttle.WaitOf(There, new string('y', 8000)) == TimeSpan.Zero && throttle.WaitOf(Here, new string('y', 8000)) > TimeSpan.Zero);
    }

    [Fact]
    public async Task Tries_of_one_client_that_come_at_once_are_looked_at_one_after_the_other()
    {
        var throttle = new LoginThrottle(_time);
        using var looking = new ManualResetEventSlim();
        using var decided = new ManualResetEventSlim();
        var first = Task.Run(() => throttle.InTurnAsync(
            Here,
            () =>
            {
                looking.Set();
                decided.Wait();
                return 1;
            },
            CancellationToken.None));
        looking.Wait();
        using var gone = new CancellationTokenSource();
        var second = throttle.InTurnAsync(Here, () => 2, gone.Token);
        var third = throttle.InTurnAsync(Here, () => 3, CancellationToken.None);
        Assert.Equal(4, await throttle.InTurnAsync(There, () => 4, CancellationToken.None));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);

        decided.Set();
        Assert.Equal((1, 3), (await first, await third));
        await Assert.ThrowsAsync<TooManyTriesException>(() => throttle.InTurnAsync<int>(Here, () => throw new TooManyTriesException(TimeSpan.Zero), CancellationToken.None));
        Assert.Equal(6, await throttle.InTurnAsync(Here, () => 6, CancellationToken.None));
    }

    // Of its own, so that nothing of the caller's frame holds a name.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> FailMadeUpNames(LoginThrottle throttle)
    {
        var names = new List<WeakReference>();
        for (var i = 0; i < 2000; i++)
        {
            var name = $"{i:0000}{new string('x', 8000)}";
            throttle.Failed(Here, name);
            names.Add(new WeakReference(name));
        }

        return names;
    }

    private static void Fail(LoginThrottle throttle, string user, int times)
    {
        for (var i = 0; i < times; i++)
        {
            throttle.Failed(Here, user);
        }
    }
}
