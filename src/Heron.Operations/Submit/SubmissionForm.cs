// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations.Submit;

/// <summary>What the client sent; its two files are in the workspace.</summary>
public sealed record SubmissionForm
{
    /// <summary>The topology's name according to the form.</summary>
    public required string Name { get; init; }

    /// <summary>As sent; compared with the server's without regard to letter case.</summary>
    public required string Cluster { get; init; }

    /// <summary>As sent.</summary>
    public required string Role { get; init; }

    /// <summary><c>default</c> when the part is absent; may be empty, as the CLI sends it for <c>cluster/role</c>.</summary>
    public required string Environment { get; init; }

    /// <summary>Who submits; the role when the part is absent.</summary>
    public required string User { get; init; }

    /// <summary>Every other field: settings for this topology, in the order sent, request flags included.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Overrides { get; init; }

    /// <summary>The topology definition.</summary>
    public required SubmittedFile Definition { get; init; }

    /// <summary>The topology binary.</summary>
    public required SubmittedBinary Binary { get; init; }

    /// <summary>Whether a field is there, whatever its value: how request flags count.</summary>
    public bool Has(string field) => Overrides.Any(o => o.Key == field);

    /// <summary>The value of a field, or null.</summary>
    public string? Value(string field) => Overrides.Where(o => o.Key == field).Select(o => o.Value).FirstOrDefault();
}

/// <summary>A file of the form.</summary>
/// <param name="Path">Where it is now; the name is ours.</param>
/// <param name="ClientName">What the client calls it; never a path.</param>
public sealed record SubmittedFile(string Path, string? ClientName);

/// <summary>The binary of the form, as it is in the package already.</summary>
/// <param name="Package">The package that begins with it; belongs to the workspace.</param>
/// <param name="Name">Its name in there.</param>
public sealed record SubmittedBinary(PackageWriter Package, string Name);
