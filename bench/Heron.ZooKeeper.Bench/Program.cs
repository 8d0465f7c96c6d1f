// SPDX-License-Identifier: Apache-2.0

// Creates, reads and multis, one after the other and pipelined, with our client, kazoo and Debian's Java client, on the same
// server in the same run. Every client is a process of its own and warms each row up. What counts is the median of the ratios
// within each turn: a slow moment of the machine meets all clients of a turn, and a lucky one decides nothing.
using System.Diagnostics;
using System.Globalization;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
(string Name, int Count)[] rows =
[
    ("create sequential", 1000), ("create pipelined", 5000),
    ("read sequential", 3000), ("read pipelined", 20_000),
    ("multi sequential", 500), ("multi pipelined", 1500),
];

if (args is ["ours", var target, var folder, ..])
{
    await OurClient.RunAsync(target, folder, [.. args[3..].Select(a => (a.Split('=')[0], int.Parse(a.Split('=')[1], CultureInfo.InvariantCulture)))]);
    return 0;
}

int turns = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
await using ZooKeeperServer server = await ZooKeeperServer.StartAsync(new ZooKeeperServerOptions
{
    TickMilliseconds = 2000,
    JavaOptions = ["-XX:TieredStopAtLevel=4", "-Xmx1g", "-Xms1g"],
});
string home = Path.Combine(AppContext.BaseDirectory, "clients");
const string Jars = "/usr/share/java";
Dictionary<string, string[]> clients = new()
{
    ["ours"] = [Environment.ProcessPath!, "ours"],
    ["java"] = ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", $"{Jars}/zookeeper.jar:{Jars}/slf4j-simple.jar", $"{home}/JavaBench.java"],
    ["kazoo"] = ["/usr/bin/python3", $"{home}/kazoo_bench.py"],
};
Dictionary<(string Client, string Row), List<double>> rates = [];
for (int turn = 0; turn < turns; turn++)
{
    // Every other turn backwards, so that nobody always comes first.
    foreach ((string name, string[] command) in turn % 2 == 0 ? clients : clients.Reverse())
    {
        foreach ((string row, double rate) in await MeasureAsync(command, $"/{name}{turn}"))
        {
            if (!rates.TryAdd((name, row), [rate]))
            {
                rates[(name, row)].Add(rate);
            }
        }
    }
}

Console.WriteLine($"{turns} turns; medians, in brackets least and most");
Console.WriteLine("| work (1 KiB nodes; a multi creates 5) | ours, per s | Java, per s | kazoo, per s | ours : Java | ours : kazoo |");
Console.WriteLine("|---|---|---|---|---|---|");
bool slower = false;
foreach ((string row, _) in rows)
{
    (List<double> ours, List<double> java, List<double> kazoo) = (rates[("ours", row)], rates[("java", row)], rates[("kazoo", row)]);
    List<double> toJava = [.. ours.Zip(java, (o, j) => o / j)];
    List<double> toKazoo = [.. ours.Zip(kazoo, (o, k) => o / k)];
    slower |= Median(toJava) < 1 || Median(toKazoo) < 1;
    Console.WriteLine($"| {row} | {Median(ours):F0} | {Median(java):F0} | {Median(kazoo):F0} | {Text(toJava)} | {Text(toKazoo)} |");
}

Console.WriteLine(slower ? "\nSlower than another client in some row." : "\nNot slower than either in any row.");
return slower ? 1 : 0;

static double Median(List<double> values)
{
    List<double> sorted = [.. values.Order()];
    return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}

static string Text(List<double> ratios) => $"{Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})";

async Task<List<(string Row, double Rate)>> MeasureAsync(string[] command, string root)
{
    var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true };
    foreach (string argument in command[1..].Append(server.ConnectionString).Append(root).Concat(rows.Select(r => $"{r.Name}={r.Count}")))
    {
        start.ArgumentList.Add(argument);
    }

    using Process process = Process.Start(start)!;
    List<(string, double)> measured = [];
    while (await process.StandardOutput.ReadLineAsync() is { } line)
    {
        string[] parts = line.Split('\t');
        measured.Add((parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    await process.WaitForExitAsync();
    return measured.Count == rows.Length ? measured : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode} after {measured.Count} rows");
}
