// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Files;
using Heron.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Heron.ApiServer.Tests.Files;

public sealed class MemoryGateTests
{
    private const string One = "10.0.0.1";
    private const string Other = "10.0.0.2";

    [Fact]
    public async Task Only_as_many_go_through_as_there_is_room_for_and_each_that_leaves_lets_one_in()
    {
        var gate = new UploadGate(2);
        var first = await gate.EnterAsync(Of(One));
        using var second = await gate.EnterAsync(Of(Other));
        var third = gate.EnterAsync(Of("10.0.0.3"));
        Assert.False(third.IsCompleted);
        first.Dispose();
        first.Dispose();
        using var entered = await third;
        Assert.False(gate.EnterAsync(Of("10.0.0.4")).IsCompleted);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_takes_no_place()
    {
        var gate = new UploadGate(1);
        using var left = new CancellationTokenSource();
        var first = await gate.EnterAsync(Of(One));
        var second = gate.EnterAsync(Of(One, left.Token));
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        using var third = await gate.EnterAsync(Of(One));
    }

    [Fact]
    public void A_gate_of_its_own_size_has_room_for_somebody()
    {
        Assert.True(new UploadGate().EnterAsync(Of(One)).IsCompletedSuccessfully);
        Assert.True(new DryRunGate().EnterAsync(Of(One)).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task One_client_has_half_of_the_places_and_a_quarter_of_the_row()
    {
        var gate = new UploadGate(4, waiting: 8);
        var places = new List<IDisposable> { await gate.EnterAsync(Of(One)), await gate.EnterAsync(Of(One)) };
        var third = gate.EnterAsync(Of("::ffff:" + One));
        var fourth = gate.EnterAsync(Of(One));
        Assert.False(third.IsCompleted);
        Assert.True((await Assert.ThrowsAsync<BusyException>(() => gate.EnterAsync(Of(One)))).IsCallers);

        // The others go past those who wait for their own.
        places.Add(await gate.EnterAsync(Of(Other)));
        places.Add(await gate.EnterAsync(Of(Other)));
        Assert.False(gate.EnterAsync(Of("10.0.0.3")).IsCompleted);
        places[0].Dispose();
        (await third).Dispose();
        Assert.False((await fourth) is null);
    }

    [Fact]
    public async Task A_row_that_is_full_of_many_clients_is_the_servers_own_doing()
    {
        var gate = new UploadGate(1, waiting: 2);
        using var place = await gate.EnterAsync(Of(One));
        _ = gate.EnterAsync(Of(One));
        _ = gate.EnterAsync(Of(Other));
        Assert.False((await Assert.ThrowsAsync<BusyException>(() => gate.EnterAsync(Of("10.0.0.3")))).IsCallers);
    }

    [Fact]
    public async Task Who_has_a_place_sends_at_the_rate_of_a_bad_line_at_least()
    {
        var context = Of(One);
        var rate = new Rate { MinDataRate = new MinDataRate(240, TimeSpan.FromSeconds(30)) };
        context.Features.Set<IHttpMinRequestBodyDataRateFeature>(rate);
        using var place = await new UploadGate(1).EnterAsync(context);
        Assert.InRange(rate.MinDataRate!.BytesPerSecond, 1024, 8 * 1024);
        Assert.Equal(TimeSpan.FromSeconds(30), rate.MinDataRate.GracePeriod);
    }

    private static DefaultHttpContext Of(string address, CancellationToken aborted = default) => new()
    {
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
        RequestAborted = aborted,
    };

    private sealed class Rate : IHttpMinRequestBodyDataRateFeature
    {
        public MinDataRate? MinDataRate { get; set; }
    }
}
