// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace Heron.ApiServer.CommandLine;

/// <summary>All that can be typed, as one tree: completion and the manual page are made of it, and nothing of them is written twice.</summary>
internal static class ProgramTree
{
    // They take the options of the server, and are the configuration's own.
    private static readonly (string Name, string Description)[] WithServerOptions =
    [
        ("check", "Tells every mistake and warning of a configuration, with the options of the server, without serving."),
        ("config", "Tells every option and setting as it counts, with the file that it comes from, without serving."),
    ];

    /// <summary>Puts the tree together.</summary>
    /// <param name="server">Has the options of the server.</param>
    /// <param name="others">The other commands.</param>
    public static Command Of(ServerCommandLine server, IEnumerable<Command> others)
    {
        var tree = With(server.Command.Name, server.Command.Description, server.Command.Options);
        foreach (var (name, description) in WithServerOptions)
        {
            tree.Add(With(name, description, server.Command.Options.Where(option => !ServerCommandLine.IsQuestion(option))));
        }

        foreach (var command in others)
        {
            tree.Add(command);
        }

        return tree;
    }

    /// <summary>Every command with what is typed to reach it, the program first: <c>""</c>, <c>/check</c>, <c>/user/add</c>.</summary>
    public static IEnumerable<(string Path, Command Command)> Commands(Command tree) => Below("", tree);

    /// <summary>Whether a value follows the option.</summary>
    public static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    /// <summary>What the value of an option or argument is.</summary>
    /// <param name="helpName">As help shows it, such as FILE or text|json.</param>
    /// <param name="words">The words, when it is one of a few.</param>
    public static ValueKind KindOf(string? helpName, out string[] words)
    {
        words = helpName?.Split('|') ?? [];
        return words.Length == 0 ? ValueKind.Unknown
            : words.Contains("FILE") ? ValueKind.File
            : words.Contains("DIR") ? ValueKind.Folder
            : words.Length > 1 && words.All(word => word.All(char.IsAsciiLetterLower)) ? ValueKind.Word
            : ValueKind.Unknown;
    }

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
        command.Subcommands.SelectMany(child => Below($"{path}/{child.Name}", child)).Prepend((path, command));

    private static Command With(string name, string? description, IEnumerable<Option> options)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Add(option);
        }

        return command;
    }
}

/// <summary>What the value of an option or argument is, as far as a shell can help with it.</summary>
internal enum ValueKind
{
    /// <summary>Something that a shell cannot know.</summary>
    Unknown,

    /// <summary>The path of a file.</summary>
    File,

    /// <summary>The path of a folder.</summary>
    Folder,

    /// <summary>One of a few words.</summary>
    Word,
}
