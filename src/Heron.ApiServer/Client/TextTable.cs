// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.Client;

/// <summary>A table of texts: columns as wide as what is in them, and a line no longer than the terminal's.</summary>
/// <param name="headings">Of the columns.</param>
internal sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";
    private const string Cut = "…";
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Plain = "\e[0m";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; what is null shows as <c>-</c>.</summary>
    public void Add(params string?[] cells) =>
        _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : ShownText.Line(cell, int.MaxValue))]);

    /// <summary>Writes it.</summary>
    public void Write(TextWriter output, Screen screen)
    {
        var widths = headings.Select((heading, i) => _rows.Select(row => row[i].Length).Append(heading.Length).Max()).ToArray();
        foreach (var row in _rows.Prepend(headings))
        {
            output.WriteLine(Line(row, widths, screen));
        }
    }

    private static string Line(string[] row, int[] widths, Screen screen)
    {
        var line = new StringBuilder();
        var left = screen.Width ?? int.MaxValue;
        for (var i = 0; i < row.Length && left > 0; i++)
        {
            var text = i == row.Length - 1 ? row[i] : row[i].PadRight(widths[i]) + Gap;
            text = text.Length > left ? (text.TrimEnd().Length > left ? text[..(left - 1)] + Cut : text[..left]) : text;
            left -= text.Length;
            line.Append(screen.HasColours ? Coloured(text) : text);
        }

        return line.ToString().TrimEnd();
    }

    // The words for what is ill stand in cells of their own.
    private static string Coloured(string cell) => cell.Trim() switch
    {
        "FAILING" or "DAMAGED" or "LOST" or "MISSING" or "KILLED" => Red + cell + Plain,
        "DEGRADED" or "PENDING" or "STARTING" or "STOPPED" or "PAUSED" => Yellow + cell + Plain,
        _ => cell,
    };
}
