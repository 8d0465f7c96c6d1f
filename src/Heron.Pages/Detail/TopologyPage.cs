// SPDX-License-Identifier: Apache-2.0
using Heron.Pages.Views;
using Microsoft.AspNetCore.Components;

namespace Heron.Pages.Detail;

/// <summary>What every page of one topology is given.</summary>
public abstract class TopologyPage : ComponentBase
{
    /// <summary>What stands around the page.</summary>
    [Parameter, EditorRequired]
    public required PageFrame Frame { get; set; }

    /// <summary>The topology.</summary>
    [Parameter, EditorRequired]
    public required TopologyView Of { get; set; }

    /// <summary>The time that ages are counted from.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }
}
