// SPDX-License-Identifier: Apache-2.0

/// <summary>What a server costs that nobody asks anything and where nothing happens.</summary>
internal sealed class Idle(World world)
{
    // What was begun before has come to rest.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(40);

    public async Task RunAsync(TimeSpan span)
    {
        Console.WriteLine($"\nfrom here on nobody asks anything, for {span.TotalMinutes:0.##} min");
        await Task.Delay(Rest);
        world.Nomad.ClearRequests();
        var (cpu, packets) = (world.Server.Cpu, await world.PacketsAsync());
        await Task.Delay(span);
        var sent = await world.PacketsAsync() is { } now ? $"{now - packets}" : "no";
        Console.WriteLine(
            $"idle for {span.TotalMinutes:0.##} min: {world.Server.Cpu - cpu:0.00} s of CPU ({(world.Server.Cpu - cpu) / span.TotalSeconds * 100:0.00} % of one core), "
            + $"{world.Server.Now:0} MB resident, {sent} packets to ZooKeeper, requests to Nomad:");
        foreach (var kind in world.Nomad.Requests.CountBy(r => $"{r.Method} {r.Path}").OrderByDescending(k => k.Value))
        {
            Console.WriteLine($"  {kind.Value} x {kind.Key}");
        }
    }
}
