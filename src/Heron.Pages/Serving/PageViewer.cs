// SPDX-License-Identifier: Apache-2.0
using Heron.Operations;

namespace Heron.Pages.Serving;

/// <summary>Whoever looks at a page: a feature of the request. Without it everything may be seen, and nobody is logged in.</summary>
/// <param name="MayRead">Whether a topology may be seen.</param>
public sealed record PageViewer(Func<TopologyAddress, bool> MayRead)
{
    /// <summary>The name of whoever has logged in on a page; null for somebody who brings a password or a token along.</summary>
    public string? User { get; init; }
}
