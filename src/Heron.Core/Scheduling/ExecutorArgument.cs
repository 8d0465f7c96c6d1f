// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>One argument of the executor.</summary>
/// <param name="Flag">Without dashes in front.</param>
/// <param name="Value">The value as it is, or null for a flag without one or with a <paramref name="Variable"/>.</param>
/// <param name="Variable">Name of the environment variable of the container that holds the value.</param>
public sealed record ExecutorArgument(string Flag, string? Value, string? Variable = null)
{
    /// <summary>Whether the value is a path of the node, or several with colons between, where <c>~</c> is the home of the account that runs it.</summary>
    public bool IsPath { get; init; }

    /// <summary>
    /// The argument as text, as the reference writes it: ports as <c>${NAME}</c>, which Nomad replaces before the
    /// container starts.
    /// </summary>
    public override string ToString() => (Value, Variable) switch
    {
        (_, { } variable) => $"--{Flag}={Reference(variable)}",
        ({ } value, _) => $"--{Flag}={value}",
        _ => $"--{Flag}",
    };

    /// <summary>The argument as one word of a shell command; variables stay open for Nomad or the shell.</summary>
    public string ToShellWord() => Variable is not null ? $"\"{ToString()}\""
        : IsPath ? ShellQuote.PathWord($"--{Flag}=", Value ?? string.Empty)
        : ShellQuote.Word(ToString());

    /// <summary>
    /// Nomad replaces names in braces, also those of its own agent's environment; JAVA_HOME is for the start script,
    /// which finds out what it is on the node, so it goes without.
    /// </summary>
    private static string Reference(string variable) =>
        variable == ExecutorCommand.JavaHomeVariable ? "$" + variable : "${" + variable + "}";
}
