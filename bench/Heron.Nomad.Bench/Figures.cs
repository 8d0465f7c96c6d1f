// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

/// <summary>What one step of one way took in each turn.</summary>
internal sealed class Figures
{
    private readonly List<double> _seconds = [];
    private readonly List<double> _cpu = [];
    private readonly List<double> _nomadCpu = [];

    public IReadOnlyList<double> Seconds => _seconds;

    public int Requests { get; private set; }

    public int Peak { get; private set; }

    public void Add(double seconds, TimeSpan cpu, TimeSpan nomadCpu, (int Count, int Peak) requests)
    {
        _seconds.Add(seconds);
        _cpu.Add(cpu.TotalSeconds);
        _nomadCpu.Add(nomadCpu.TotalSeconds);
        Requests = requests.Count;
        Peak = Math.Max(Peak, requests.Peak);
    }

    /// <summary>The cells of a table: requests, most at once, seconds, CPU seconds, and how much faster than each of the others.</summary>
    public string Cells(params Figures[] others) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Requests} | {Peak} | {Median(_seconds):F2} | {Median(_cpu):F2} + {Median(_nomadCpu):F2} | {string.Join(" | ", others.Select(Faster))}");

    /// <summary>Median, least and most of the ratios within each turn, so that a slow moment of the machine meets both sides.</summary>
    private string Faster(Figures other)
    {
        var ratios = other._seconds.Zip(_seconds, (theirs, ours) => theirs / ours).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Median(ratios):F1}x ({ratios.Min():F1} to {ratios.Max():F1})");
    }

    private static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
