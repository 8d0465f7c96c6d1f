// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Heron.Core.Watching;

/// <summary>
/// The one meter and the one source of activities that all rooms of the server share; names follow OpenTelemetry's conventions.
/// Nothing is measured until somebody listens.
/// </summary>
public static class HeronMeter
{
    /// <summary>The name of the meter and of the source.</summary>
    public const string Name = "Heron.ApiServer";

    /// <summary>The meter; a room adds its instruments to it.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>The source of activities.</summary>
    public static ActivitySource Activities { get; } = new(Name);
}
