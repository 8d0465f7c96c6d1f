// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Heron.Core.Configuration;

/// <summary>
/// Form fields that steer one request and are no settings. The Java server let them leak into the <c>override.yaml</c> of
/// every container.
/// </summary>
public static class RequestFlags
{
    /// <summary>There at all: nothing is changed, and the plan is shown.</summary>
    public const string DryRun = "dry_run";

    /// <summary>How the plan is shown.</summary>
    public const string DryRunFormat = "dry_run_format";

    /// <summary>The names of the fields.</summary>
    public static FrozenSet<string> Names { get; } =
        FrozenSet.ToFrozenSet([DryRun, DryRunFormat, "verbose", "verbose_gc"], StringComparer.Ordinal);

    /// <summary>The form fields that are settings.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Without(IEnumerable<KeyValuePair<string, string>> formFields) =>
        formFields.Where(field => !Names.Contains(field.Key));
}
