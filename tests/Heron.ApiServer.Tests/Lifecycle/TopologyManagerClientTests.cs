using System.Net;
using System.Net.Sockets;
using Heron.ApiServer.Lifecycle.TopologyManager;
using Heron.ApiServer.Tests.Lifecycle.World;
using Heron.Core;
using Heron.Core.Protobuf;
using Heron.Testing.ZooKeeper;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class TopologyManagerClientTests
{
    [Fact]
    public async Task Nobody_listening_is_unavailable_with_the_address()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        var port = Loopback.FreePorts(1)[0];
        await PublishAsync(world, "127.0.0.1", port);

        var refused = await Assert.ThrowsAsync<HeronException>(
            () => world.Client.ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.StartsWith(
            $"Failed to receive HTTP response from TManager using command: `activate`: 127.0.0.1:{port}: ",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manager_that_never_answers_is_given_up_at_the_deadline()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await PublishAsync(world, "127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port);
        using var http = TopologyManagerClient.CreateHttpClient();
        var client = new TopologyManagerClient(http, world.State, TimeSpan.FromMilliseconds(200));

        var refused = await Assert.ThrowsAsync<HeronException>(() => client.ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.Unavailable, refused.Kind);
        Assert.Contains("no answer within 0.2 s", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b/../c")]
    [InlineData("")]
    public async Task A_location_that_is_no_address_is_a_bad_gateway(string host)
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        await PublishAsync(world, host, 80);

        var refused = await Assert.ThrowsAsync<HeronException>(
            () => world.Client.ActivateAsync("syn-2c-5i", CancellationToken.None));

        Assert.Equal(FaultKind.BadGateway, refused.Kind);
    }

    [Fact]
    public async Task A_cancelled_request_is_cancelled_and_no_timeout()
    {
        await using var world = await TopologyWorld.StartAsync(withManager: false);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await PublishAsync(world, "127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port);
        using var gone = new CancellationTokenSource();

        var request = world.Client.ActivateAsync("syn-2c-5i", gone.Token);
        using var accepted = await silent.AcceptTcpClientAsync();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    private static Task PublishAsync(TopologyWorld world, string host, int port) =>
        world.PublishAsync(new TManagerLocation
        {
            TopologyName = "syn-2c-5i",
            TopologyId = world.Identity.Id,
            Host = host,
            ControllerPort = port,
            ServerPort = 1,
        });
}
