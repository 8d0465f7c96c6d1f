// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.CommandLine;

/// <summary>The words that the program's first argument may be when it is not to serve.</summary>
internal static class CommandNames
{
    /// <summary>Commands that look after files of a server, without one.</summary>
    public static IReadOnlyList<string> OfTools { get; } = ["user", "audit", "licenses", "completion", "man"];

    /// <summary>Commands that ask a running server.</summary>
    public static IReadOnlyList<string> OfClients { get; } = ["list", "show", "logs", "events"];

    /// <summary>All of them, with those that look at a configuration.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfTools, .. OfClients, "check", "config"];
}
