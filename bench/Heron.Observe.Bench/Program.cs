// SPDX-License-Identifier: Apache-2.0

// What many topologies cost a server that looks at them, and one that nobody asks anything.
// Run: dotnet build -c Release src/Heron.ApiServer && dotnet run -c Release --project bench/Heron.Observe.Bench [zookeeper|folder]
//     [--topologies 2000] [--containers 5] [--minutes 10]
using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (store, topologies, containers, minutes) = ("zookeeper", 2000, 5, 10.0);
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--topologies":
            topologies = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--containers":
            containers = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--minutes":
            minutes = double.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        default:
            store = args[i];
            break;
    }
}

await using var world = await World.StartAsync(store);
await new Fill(world).RunAsync(topologies, containers);
await new Looks(world).RunAsync(topologies);
await new Changes(world).RunAsync(topologies);

// The other client goes, so that only the server's packets are counted.
await world.State.DisposeAsync();
await new Idle(world).RunAsync(TimeSpan.FromMinutes(minutes));
