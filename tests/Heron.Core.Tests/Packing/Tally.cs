// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Tests.Packing;

/// <summary>Counts compared cases and keeps what differs, for one readable failure.</summary>
internal sealed class Tally
{
    private readonly List<string> _differences = [];

    public int Identical { get; private set; }

    public int DeliberatelyDifferent { get; private set; }

    public int Total => Identical + DeliberatelyDifferent + _differences.Count;

    public void Compare(string name, bool same, string difference)
    {
        if (same)
        {
            Identical++;
        }
        else
        {
            _differences.Add($"{name}: {difference}");
        }
    }

    /// <summary>A case in which the reference crashed and ours must do better.</summary>
    public void Deliberate(string name, string? difference)
    {
        if (difference is null)
        {
            DeliberatelyDifferent++;
        }
        else
        {
            _differences.Add($"{name}: {difference}");
        }
    }

    public void AssertNone()
    {
        if (_differences.Count > 0)
        {
            Assert.Fail(
                $"{_differences.Count} of {Total} differ from the recorded plans:\n"
                + string.Join('\n', _differences.Take(12)));
        }
    }
}
