// How long submit, restart and kill of a large topology take against a scripted Nomad that needs 5 ms for each request.
// The Nomad is a process of its own, so that memory is that of the scheduler alone.
// Run: dotnet run -c Release --project bench/Heron.Nomad.Bench [containers]
using System.Diagnostics;
using System.Globalization;
using Heron.Scheduler.Nomad;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

if (args is ["--serve"])
{
    await using var nomad = await ScriptedNomad.StartAsync(
        new ScriptedNomadOptions { Delay = TimeSpan.FromMilliseconds(5), RecordsRequests = false });
    for (var i = 0; i < 2000; i++)
    {
        nomad.Register(ScriptedNomad.ForeignJob(string.Create(CultureInfo.InvariantCulture, $"foreign-{i}"), ("topology.name", "word")));
    }

    Console.WriteLine(nomad.Uri);
    while (await Console.In.ReadLineAsync() is not null)
    {
        Console.WriteLine(nomad.PeakParallel);
        nomad.ClearRequests();
    }

    return;
}

var containers = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
Console.WriteLine($"{containers} containers and container 0, 2,000 foreign jobs, 5 ms a request");
Console.WriteLine($"{"parallelism",-12}{"submit s",10}{"restart s",10}{"kill s",10}{"faster",16}{"peak requests",14}{"live heap MB",14}{"own CPU s",11}");
(double Submit, double Kill)? sequential = null;
foreach (var parallelism in new[] { 1, 8, 16, 32 })
{
    using var server = Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { Environment.GetCommandLineArgs()[0], "--serve" },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
    var uri = (await server.StandardOutput.ReadLineAsync())!;
    await using var scheduler = Deployments.Scheduler(
        uri, (NomadKeys.Parallelism, parallelism.ToString(CultureInfo.InvariantCulture)));
    await scheduler.ScheduleAsync(Deployments.Make(3), default);
    await scheduler.KillAsync(Deployments.Identity, default);

    var deployment = Deployments.Make(containers);
    using var memory = new PeakHeap();
    var before = Process.GetCurrentProcess().TotalProcessorTime;
    var submit = await SecondsAsync(() => scheduler.ScheduleAsync(deployment, default));
    var restart = await SecondsAsync(() => scheduler.RestartAsync(Deployments.Identity, null, default));
    var kill = await SecondsAsync(() => scheduler.KillAsync(Deployments.Identity, default));
    sequential ??= (submit, kill);

    await server.StandardInput.WriteLineAsync("peak");
    var peak = await server.StandardOutput.ReadLineAsync();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{parallelism,-12}{submit,10:F2}{restart,10:F2}{kill,10:F2}{$"{sequential.Value.Submit / submit:F1}x {sequential.Value.Kill / kill:F1}x",16}{peak,14}{memory.Megabytes,14:F0}{(Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds,11:F1}"));
    server.StandardInput.Close();
    await server.WaitForExitAsync();
}

static async Task<double> SecondsAsync(Func<Task> action)
{
    var start = Stopwatch.GetTimestamp();
    await action();
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}
