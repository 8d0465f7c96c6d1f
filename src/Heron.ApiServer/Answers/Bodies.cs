// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Answers;

/// <summary>The body of a success that has a sentence to say.</summary>
/// <param name="Message">For example <c>exclamation killed</c>.</param>
internal sealed record MessageBody(string Message)
{
    /// <summary>What else whoever asked should know, such as containers that were missing; left out when nothing.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The body with what there is to know.</summary>
    public static MessageBody Of(string message, IReadOnlyList<string> warnings) =>
        new(message) { Warnings = warnings.Count == 0 ? null : warnings };
}

/// <summary>What there is.</summary>
/// <param name="Name">Of the program.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Links">Every path that needs nothing filled in; the document has the others.</param>
internal sealed record IndexBody(string Name, string Version, IReadOnlyList<IndexLink> Links);

/// <summary>A path.</summary>
/// <param name="Path">From the root of the site: behind a proxy with the prefix that it gives this server.</param>
/// <param name="Methods">Those that it takes.</param>
/// <param name="Summary">What its first method does.</param>
internal sealed record IndexLink(string Path, IReadOnlyList<string> Methods, string Summary);

/// <summary>The body of a dry run; it is written piece by piece.</summary>
/// <param name="Response">What the CLI prints.</param>
internal sealed record DryRunBody(string Response);

/// <summary>The body of a 201.</summary>
/// <param name="Name">The topology.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted.</param>
internal sealed record CreatedBody(string Name, string Cluster, string Role, string Environment)
{
    /// <summary>What the scheduler wants the user to know, such as a container that finds no node yet.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The same for the CLI, which prints this of a 200 and nothing else; left out for everybody else.</summary>
    public string? Response { get; init; }
}
