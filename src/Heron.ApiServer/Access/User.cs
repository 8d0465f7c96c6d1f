// SPDX-License-Identifier: Apache-2.0
using Heron.Operations;

namespace Heron.ApiServer.Access;

/// <summary>A right, and the topologies that it is for.</summary>
internal sealed record Grant(Right Rights, TopologyPattern Pattern);

/// <summary>Somebody who may log in.</summary>
/// <param name="Name">As in the form's field <c>user</c>.</param>
/// <param name="Grants">Those of the groups included.</param>
/// <param name="ActsFor">Users in whose name topologies may be submitted, beside the own.</param>
internal sealed record User(string Name, IReadOnlyList<Grant> Grants, IReadOnlyList<string> ActsFor)
{
    /// <summary>Whether the right is granted for a topology.</summary>
    public bool May(Right right, TopologyAddress topology) => Grants.Any(g => Includes(g.Rights, right) && g.Pattern.Covers(topology));

    /// <summary>Whether the right is granted for any topology at all.</summary>
    public bool MaySomewhere(Right right) => Grants.Any(g => Includes(g.Rights, right));

    /// <summary>Whether the right is granted for every topology.</summary>
    public bool MayEverywhere(Right right) => Grants.Any(g => Includes(g.Rights, right) && g.Pattern == TopologyPattern.All);

    /// <summary>Whether a topology may be submitted in the name of a user.</summary>
    public bool MayActFor(string user, TopologyAddress topology) =>
        user == Name || ActsFor.Contains(user, StringComparer.Ordinal) || May(Right.Admin, topology);

    private static bool Includes(Right granted, Right asked) =>
        granted.HasFlag(Right.Admin) || granted.HasFlag(asked) || (asked == Right.Read && granted != Right.None);
}
