// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Operations.History;

/// <summary>How long events are kept.</summary>
/// <param name="Retention">Zero keeps none on disk or in memory beyond the newest.</param>
public sealed record HistorySettings(TimeSpan Retention)
{
    /// <summary>Ours: how long events are kept: a number with <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>. Default <c>30d</c>.</summary>
    public const string RetentionKey = "heron.apiserver.events.retention";

    /// <summary>Thirty days.</summary>
    public static TimeSpan DefaultRetention { get; } = TimeSpan.FromDays(30);

    /// <summary>Reads the setting.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: it cannot be used.</exception>
    public static HistorySettings From(HeronConfig config) =>
        new(ConfigDuration.Read(config, RetentionKey, DefaultRetention, "to forget events at the server's end"));
}
