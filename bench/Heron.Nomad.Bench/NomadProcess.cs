// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Heron.Testing.Nomad;

/// <summary>The scripted Nomad in a process of its own, so that memory and CPU time measured here are the scheduler's alone.</summary>
internal sealed class NomadProcess : IAsyncDisposable
{
    public const string Argument = "--serve";

    private readonly Process _process;

    private NomadProcess(Process process, string uri)
    {
        _process = process;
        Uri = uri;
    }

    public string Uri { get; }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<NomadProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Environment.GetCommandLineArgs()[0], Argument },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new NomadProcess(process, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>How many requests came since the last call, and how many of them were in work at once.</summary>
    public async Task<(int Count, int Peak)> TakeRequestsAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        var numbers = (await _process.StandardOutput.ReadLineAsync())!.Split(' ');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>What the process does.</summary>
    public static async Task ServeAsync()
    {
        await using var nomad = await ScriptedNomad.StartAsync(
            new ScriptedNomadOptions { Delay = TimeSpan.FromMilliseconds(5), RecordsRequests = false });
        for (var i = 0; i < 2000; i++)
        {
            nomad.Register(ScriptedNomad.ForeignJob(
                string.Create(CultureInfo.InvariantCulture, $"foreign-{i}"), ("topology.name", "another")));
        }

        Console.WriteLine(nomad.Uri);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{nomad.RequestCount} {nomad.PeakParallel}"));
            nomad.ClearRequests();
        }
    }
}
