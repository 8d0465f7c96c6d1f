// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.StandInCore.State;

/// <summary>State in a folder. The location is a plain file that stays when its owner ends.</summary>
public sealed class LocalCoreState(string root, StandInSettings settings) : ICoreState
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public Task<PackingPlan?> GetPackingPlanAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(PackingPlan.Parser, "packingplans", topology, cancellationToken);

    public Task<Topology?> GetTopologyAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(Topology.Parser, "topologies", topology, cancellationToken);

    public Task<PhysicalPlan?> GetPhysicalPlanAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(PhysicalPlan.Parser, "pplans", topology, cancellationToken);

    public Task<TManagerLocation?> GetLocationAsync(string topology, CancellationToken cancellationToken) =>
        ReadAsync(TManagerLocation.Parser, settings.TManagerDirectory, topology, cancellationToken);

    public Task SetPhysicalPlanAsync(PhysicalPlan plan, CancellationToken cancellationToken) =>
        WriteAsync("pplans", plan.Topology.Name, plan, cancellationToken);

    public Task DeletePhysicalPlanAsync(string topology, CancellationToken cancellationToken)
    {
        File.Delete(Path.Join(root, "pplans", topology));
        return Task.CompletedTask;
    }

    public Task PublishLocationAsync(TManagerLocation location, CancellationToken cancellationToken) =>
        WriteAsync(settings.TManagerDirectory, location.TopologyName, location, cancellationToken);

    public async Task WaitForOtherPlanAsync(string topology, PackingPlan? seen, CancellationToken cancellationToken)
    {
        // A missing plan is the moment of a kill, not a change.
        while (await GetPackingPlanAsync(topology, cancellationToken) is not { } plan || plan.Equals(seen))
        {
            await Task.Delay(Pause, cancellationToken);
        }
    }

    public CancellationToken SessionEnded => CancellationToken.None;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T?> ReadAsync<T>(
        MessageParser<T> parser, string directory, string name, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(Path.Join(root, directory, name), cancellationToken);
            return bytes.Length == 0 ? null : parser.ParseFrom(bytes);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task WriteAsync(string directory, string name, IMessage message, CancellationToken cancellationToken)
    {
        var path = Path.Join(root, directory, name);
        var temporary = Path.Join(root, directory, $".{name}.{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(temporary, message.ToByteArray(), cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}
