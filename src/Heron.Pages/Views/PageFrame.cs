// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>What stands around every page.</summary>
/// <param name="Cluster">The cluster that the server serves.</param>
/// <param name="Version">Of the server; empty when it does not know.</param>
public sealed record PageFrame(string Cluster, string Version)
{
    /// <summary>Who is logged in, or null.</summary>
    public string? User { get; init; }
}
