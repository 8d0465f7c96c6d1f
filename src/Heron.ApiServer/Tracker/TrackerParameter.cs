// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Tracker;

/// <summary>A parameter of a route, as the stock tracker declares it.</summary>
/// <param name="Name">As clients send it.</param>
/// <param name="Kind">What it may hold.</param>
/// <param name="IsRequired">Whether it must be given.</param>
internal sealed record TrackerParameter(string Name, TrackerParameterKind Kind, bool IsRequired)
{
    /// <summary>
    /// Reads a list of names, each with <c>!</c> behind it where it is required, <c>#</c> before it for a whole number and
    /// <c>*</c> before it where it may be given any number of times.
    /// </summary>
    public static IReadOnlyList<TrackerParameter> List(string names) =>
    [
        .. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new TrackerParameter(
            name.Trim('#', '*', '!'),
            name[0] switch { '#' => TrackerParameterKind.Number, '*' => TrackerParameterKind.Many, _ => TrackerParameterKind.Text },
            name[^1] == '!')),
    ];
}

/// <summary>What a parameter holds.</summary>
internal enum TrackerParameterKind
{
    /// <summary>One text.</summary>
    Text,

    /// <summary>One whole number.</summary>
    Number,

    /// <summary>Any number of texts.</summary>
    Many,
}
