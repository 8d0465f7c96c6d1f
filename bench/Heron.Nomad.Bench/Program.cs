// SPDX-License-Identifier: Apache-2.0

// How long submit, restart and kill of a large topology take against a scripted Nomad that needs 5 ms for each request: as the
// Java server asks, one request after another, and several at once.
// Run: dotnet run -c Release --project bench/Heron.Nomad.Bench [containers [turns]]
using System.Diagnostics;
using System.Globalization;

if (args is [NomadProcess.Argument])
{
    await NomadProcess.ServeAsync();
    return;
}

var containers = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
var turns = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
await using var nomad = await NomadProcess.StartAsync();
IWay[] ways = [new JavaServersWay(nomad.Uri), .. new[] { 1, 8, 16, 32 }.Select(p => new OurWay(nomad.Uri, p))];
var steps = new (string Name, Func<IWay, Task> Run)[]
{
    ("submit", w => w.SubmitAsync()), ("restart", w => w.RestartAsync()), ("kill", w => w.KillAsync()),
};
var figures = steps.SelectMany(s => ways.Select(w => (s.Name, w))).ToDictionary(k => k, _ => new Figures());
double heap = 0;

// Both processes run as long as a server does before anything counts: code is compiled by then.
foreach (var way in ways.Append(ways[^1]))
{
    await way.PrepareAsync(Math.Min(containers, 400));
    foreach (var (_, run) in steps)
    {
        await run(way);
    }

    await way.CleanUpAsync();
}

for (var turn = 0; turn < turns; turn++)
{
    foreach (var way in ways)
    {
        await way.PrepareAsync(containers);
        using var memory = new PeakHeap();
        foreach (var (step, run) in steps)
        {
            await nomad.TakeRequestsAsync();
            var (own, others, start) = (Cpu(), nomad.Cpu, Stopwatch.GetTimestamp());
            await run(way);
            figures[(step, way)].Add(
                Stopwatch.GetElapsedTime(start).TotalSeconds, Cpu() - own, nomad.Cpu - others, await nomad.TakeRequestsAsync());
        }

        heap = Math.Max(heap, way is OurWay ? memory.Megabytes : 0);
        await way.CleanUpAsync();
    }
}

Console.WriteLine($"{containers} containers and container 0, 2,000 jobs of others, {turns} turns; medians, in brackets least and most");
foreach (var (step, _) in steps)
{
    Console.WriteLine($"\n| {step} | requests | at once | s | CPU s (own + Nomad's) | than one after another | than the Java server's requests |");
    Console.WriteLine("|---|---|---|---|---|---|---|");
    foreach (var way in ways)
    {
        Console.WriteLine($"| {way.Name} | {figures[(step, way)].Cells(figures[(step, ways[1])], figures[(step, ways[0])])} |");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nlive heap at most {heap:F0} MB"));
foreach (var way in ways)
{
    await way.DisposeAsync();
}

static TimeSpan Cpu()
{
    using var self = Process.GetCurrentProcess();
    return self.TotalProcessorTime;
}
