// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.DryRun;

/// <summary>Paints texts with terminal escapes, or leaves them plain.</summary>
internal sealed class Painter(bool isColored)
{
    private const string Reset = "\u001B[0m";

    // A combining stroke after each character.
    private const string Stroke = "\u0336";

    public string Paint(string text, Ink ink) => !isColored ? text : ink switch
    {
        Ink.Bold => $"\u001B[1m{text}{Reset}",
        Ink.Green => $"\u001B[32m{text}{Reset}",
        Ink.Red => $"\u001B[31m{text}{Reset}",
        Ink.RedStruck => $"\u001B[31m{string.Concat(text.EnumerateRunes().Select(r => r + Stroke))}{Reset}",
        _ => text,
    };
}

/// <summary>How a text looks on a terminal.</summary>
internal enum Ink
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Bold,

    /// <summary>More than before, or new.</summary>
    Green,

    /// <summary>Less than before, or removed.</summary>
    Red,

    /// <summary>Red and struck through: an instance that goes.</summary>
    RedStruck,
}
