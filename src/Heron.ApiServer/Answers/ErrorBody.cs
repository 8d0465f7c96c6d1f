// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Answers;

/// <summary>The body of every error: the CLI prints <see cref="Message"/> and crashes on anything that is no JSON object.</summary>
/// <param name="Message">What went wrong and what to do about it.</param>
internal sealed record ErrorBody(string Message)
{
    /// <summary>Details a program can read, as the Java server gave them for missing parameters.</summary>
    public ErrorDetails? Errors { get; init; }

    /// <summary>Where to look instead, for unknown paths.</summary>
    public IReadOnlyList<string>? Paths { get; init; }
}

/// <summary>The <c>errors</c> object of a 422.</summary>
/// <param name="MissingParameters">Form fields that were not sent, in the order in which they are asked for.</param>
internal sealed record ErrorDetails(IReadOnlyList<string> MissingParameters);
