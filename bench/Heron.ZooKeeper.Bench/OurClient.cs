// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Heron.ZooKeeper.Bench;

/// <summary>The work with our client.</summary>
internal static class OurClient
{
    private static readonly byte[] Data = new byte[1024];

    public static async Task RunAsync(string server, string root, IReadOnlyList<(string Name, int Count)> rows)
    {
        await using ZooKeeperClient client = ZooKeeperClient.Start(ZooKeeperOptions.For(server) with { MaxQueuedRequests = 100_000, OperationTimeout = TimeSpan.FromMinutes(2) });
        await client.CreateAsync(root);
        await client.CreateAsync($"{root}/read", Data);
        foreach ((string name, int count) in rows)
        {
            await WorkAsync(client, root, name, "warm", Math.Max(1, count / 4));
            var clock = Stopwatch.StartNew();
            await WorkAsync(client, root, name, "run", count);
            Console.WriteLine($"{name}\t{count / clock.Elapsed.TotalSeconds}");
        }
    }

    private static async Task WorkAsync(ZooKeeperClient client, string root, string name, string tag, int count)
    {
        string prefix = $"{root}/{tag}-";
        Func<int, Task> one = name.Split(' ')[0] switch
        {
            "create" => i => client.CreateAsync($"{prefix}{name[7..9]}{i}", Data),
            "read" => _ => client.GetDataAsync($"{root}/read"),
            _ => i => client.MultiAsync(Operations($"{prefix}m{name[6..7]}{i}")),
        };
        if (name.EndsWith("sequential", StringComparison.Ordinal))
        {
            for (int i = 0; i < count; i++)
            {
                await one(i);
            }
        }
        else
        {
            var all = new Task[count];
            for (int i = 0; i < count; i++)
            {
                all[i] = one(i);
            }

            await Task.WhenAll(all);
        }
    }

    private static Operation[] Operations(string path) =>
        [Operation.Create(path, Data), .. Enumerable.Range(0, 4).Select(i => Operation.Create($"{path}/{i}", Data))];
}
