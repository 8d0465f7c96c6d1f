// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>An entry of a container's folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">From the container's folder.</param>
/// <param name="IsFolder">Whether it has entries of its own.</param>
/// <param name="About">Size and time as the source of it tells them.</param>
public sealed record FileView(string Name, string Path, bool IsFolder, string About);

/// <summary>The end of a file.</summary>
/// <param name="Path">From the container's folder.</param>
/// <param name="Text">Its last lines.</param>
/// <param name="IsCut">Whether there is more of it before them.</param>
public sealed record LogView(string Path, string Text, bool IsCut);

/// <summary>What a tool printed.</summary>
/// <param name="Command">What was run.</param>
/// <param name="Text">What it printed.</param>
public sealed record ToolView(string Command, string Text);
