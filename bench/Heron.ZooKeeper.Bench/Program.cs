// Creates, reads and multis, one after the other and pipelined, with our client, kazoo and Debian's Java client, on the same
// server in the same run. Every client is a process of its own, warms each row up, and has several turns; its best turn counts.
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

int turns = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
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
Dictionary<(string Client, string Row), double> best = [];
for (int turn = 0; turn < turns; turn++)
{
    foreach ((string name, string[] command) in clients)
    {
        foreach ((string row, double rate) in await MeasureAsync(command, $"/{name}{turn}"))
        {
            best[(name, row)] = Math.Max(rate, best.GetValueOrDefault((name, row)));
        }
    }
}

Console.WriteLine("| work (1 KiB nodes; a multi creates 5) | ours, per s | Java, per s | kazoo, per s | ours : Java | ours : kazoo |");
Console.WriteLine("|---|---|---|---|---|---|");
bool slower = false;
foreach ((string row, _) in rows)
{
    (double ours, double java, double kazoo) = (best[("ours", row)], best[("java", row)], best[("kazoo", row)]);
    slower |= ours < java || ours < kazoo;
    Console.WriteLine($"| {row} | {ours:F0} | {java:F0} | {kazoo:F0} | {ours / java:F2} | {ours / kazoo:F2} |");
}

Console.WriteLine(slower ? "\nSlower than another client in some row." : "\nNot slower than either in any row.");
return slower ? 1 : 0;

async Task<List<(string Row, double Rate)>> MeasureAsync(string[] command, string root)
{
    var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true };
    foreach (string argument in command[1..].Append(server.ConnectionString).Append(root).Concat(rows.Select(r => $"{r.Name}={r.Count}")))
    {
        start.ArgumentList.Add(argument);
    }

    using Process process = Process.Start(start)!;
    List<(string, double)> rates = [];
    while (await process.StandardOutput.ReadLineAsync() is { } line)
    {
        string[] parts = line.Split('\t');
        rates.Add((parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    await process.WaitForExitAsync();
    return rates.Count == rows.Length ? rates : throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode} after {rates.Count} rows");
}
