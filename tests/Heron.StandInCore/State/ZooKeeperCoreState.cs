// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.ZooKeeper;

namespace Heron.StandInCore.State;

/// <summary>State in ZooKeeper. The location is an ephemeral node of this process's session.</summary>
public sealed class ZooKeeperCoreState : ICoreState
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ZooKeeperClient _client;
    private readonly string _root;
    private readonly string _locations;

    public ZooKeeperCoreState(string connection, string root, StandInSettings settings)
    {
        _client = ZooKeeperClient.Start(ZooKeeperOptions.For(connection) with
        {
            SessionTimeout = TimeSpan.FromMilliseconds(settings.SessionTimeoutMs),
        });
        _root = root;
        _locations = settings.TManagerDirectory;
    }

    public CancellationToken SessionEnded => _client.SessionEnded;

    public Task<PackingPlan?> GetPackingPlanAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(PackingPlan.Parser, "packingplans", topology, cancellationToken);

    public Task<Topology?> GetTopologyAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(Topology.Parser, "topologies", topology, cancellationToken);

    public Task<PhysicalPlan?> GetPhysicalPlanAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(PhysicalPlan.Parser, "pplans", topology, cancellationToken);

    public Task<TManagerLocation?> GetLocationAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(TManagerLocation.Parser, _locations, topology, cancellationToken);

    public async Task SetPhysicalPlanAsync(PhysicalPlan plan, CancellationToken cancellationToken)
    {
        var path = PathOf("pplans", plan.Topology.Name);
        if (await _client.ExistsAsync(path, cancellationToken: cancellationToken) is null)
        {
            await _client.CreateAsync(path, plan.ToByteArray(), cancellationToken: cancellationToken);
        }
        else
        {
            await _client.SetDataAsync(path, plan.ToByteArray(), cancellationToken: cancellationToken);
        }
    }

    public async Task DeletePhysicalPlanAsync(string topology, CancellationToken cancellationToken)
    {
        var path = PathOf("pplans", topology);
        if (await _client.ExistsAsync(path, cancellationToken: cancellationToken) is not null)
        {
            await _client.DeleteAsync(path, cancellationToken: cancellationToken);
        }
    }

    public async Task PublishLocationAsync(TManagerLocation location, CancellationToken cancellationToken)
    {
        var path = PathOf(_locations, location.TopologyName);
        while (await _client.ExistsAsync(path, cancellationToken: cancellationToken) is not null)
        {
            await Task.Delay(Pause, cancellationToken);
        }

        await _client.CreateAsync(path, location.ToByteArray(), CreateMode.Ephemeral, cancellationToken: cancellationToken);
    }

    public async Task WaitForOtherPlanAsync(string topology, PackingPlan? seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Set on a node that exists or does not: either way the next write fires it.
            var watch = new NodeWatch();
            await _client.ExistsAsync(PathOf("packingplans", topology), watch, cancellationToken: cancellationToken);
            var plan = await GetPackingPlanAsync(topology, cancellationToken);
            if (plan is not null && !plan.Equals(seen))
            {
                return;
            }

            await watch.Fired.WaitAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private string PathOf(string directory, string name) => $"{_root.TrimEnd('/')}/{directory}/{name}";

    private async Task<T?> ReadAsync<T>(
        MessageParser<T> parser, string directory, string name, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var node = await _client.TryGetDataAsync(PathOf(directory, name), cancellationToken: cancellationToken);
        return node is null or { Data.Length: 0 } ? null : parser.ParseFrom(node.Data);
    }
}
