// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>What the containers of a topology fetch.</summary>
/// <param name="Address">Where they fetch it, secrets masked.</param>
/// <param name="Sha256">Lower-case hexadecimal digest, or null when nobody noted it.</param>
/// <param name="IsHere">Whether this server keeps it.</param>
public sealed record PackageView(string Address, string? Sha256, bool IsHere);
