// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>Where the configuration of one server comes from, weakest first.</summary>
public sealed record ConfigurationSources
{
    /// <summary>The folder of template files (<c>scheduler.yaml</c>, <c>statemgr.yaml</c> and so on), absolute.</summary>
    public required string TemplateDirectory { get; init; }

    /// <summary>The cluster that the server serves; only <c>local</c> changes anything: Heron is looked for in <c>~/.heron</c>.</summary>
    public required string Cluster { get; init; }

    /// <summary>The machine.</summary>
    public required HostEnvironment Environment { get; init; }

    /// <summary>The file of <c>heron.build.*</c> values, or null. One that does not exist gives no values.</summary>
    public string? ReleaseFile { get; init; }

    /// <summary>The <c>-D</c> values. They reach containers too, in <c>override.yaml</c>.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Settings that the server makes up for itself, such as the address at which it serves heron-core. Stronger than all
    /// else at start, and not part of <c>override.yaml</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object?> ServerSettings { get; init; } = new Dictionary<string, object?>();
}
