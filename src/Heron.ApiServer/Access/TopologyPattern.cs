// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;
using Heron.Operations;

namespace Heron.ApiServer.Access;

/// <summary>
/// Which topologies a right is for: <c>CLUSTER/ROLE/ENVIRONMENT/NAME</c>, where <c>*</c> stands for any characters and <c>?</c> for
/// one, within a segment; <c>*</c> alone means every topology.
/// </summary>
internal sealed class TopologyPattern
{
    private const int Segments = 4;

    private readonly string[] _segments;

    private TopologyPattern(string[] segments) => _segments = segments;

    /// <summary>Every topology.</summary>
    public static TopologyPattern All { get; } = new(["*", "*", "*", "*"]);

    /// <summary>Reads a pattern; null when it is none.</summary>
    public static TopologyPattern? Parse(string text) => text is "*" or "*/*/*/*" ? All
        : text.Split('/') is { Length: Segments } segments && !text.Contains('\\', StringComparison.Ordinal) ? new(segments)
        : null;

    /// <summary>Whether it is meant.</summary>
    public bool Covers(TopologyAddress topology) =>
        Matches(0, topology.Cluster) && Matches(1, topology.Role) && Matches(2, topology.Environment) && Matches(3, topology.Name);

    // The environment may be empty, which the framework's matcher takes for no name at all.
    private bool Matches(int segment, string value) =>
        _segments[segment] is "*" || _segments[segment] == value
        || FileSystemName.MatchesSimpleExpression(_segments[segment], value, ignoreCase: false);
}
