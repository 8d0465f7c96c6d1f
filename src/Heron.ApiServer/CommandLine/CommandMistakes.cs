// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Parsing;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.CommandLine;

/// <summary>What is wrong with a command as it was typed: a line each, which says what to write instead.</summary>
internal static class CommandMistakes
{
    /// <summary>The mistakes of a command. What nobody knows is told alone: options that seem to be missing may be meant by it.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return parsed.UnmatchedTokens.Count > 0
            ? Unknown(parsed.UnmatchedTokens, command.Subcommands.Select(below => below.Name), OptionNames(parsed.CommandResult))
            : parsed.Errors.Select(Line).Distinct();
    }

    /// <summary>The mistakes in the options that are known.</summary>
    public static IEnumerable<string> OfOptions(ParseResult parsed) =>
        parsed.Errors.Where(error => OptionOf(error) is not null).Select(Line).Distinct();

    /// <summary>A line for each word that means nothing. The value of an unknown option is no mistake of its own.</summary>
    /// <param name="tokens">What nobody knows.</param>
    /// <param name="words">The commands that the first of them may be.</param>
    /// <param name="options">The options that there are.</param>
    public static IEnumerable<string> Unknown(IReadOnlyList<string> tokens, IEnumerable<string> words, IEnumerable<string> options)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && !tokens[i].StartsWith('-') && tokens[i - 1].StartsWith('-') && !tokens[i - 1].Contains('=', StringComparison.Ordinal))
            {
                continue;
            }

            var name = tokens[i].Split('=')[0];
            var known = i == 0 && !name.StartsWith('-') ? words : options;
            yield return CommandNames.All.Contains(name, StringComparer.Ordinal)
                ? $"{name} is a command: write it first, before all options"
                : NearestName.Among(name, known) is { } meant
                    ? $"unknown argument {ShownText.Of(tokens[i])}: is {meant} meant? --help lists those that there are"
                    : $"unknown argument {ShownText.Of(tokens[i])}: --help lists those that there are";
        }
    }

    private static string Line(ParseError error) =>
        OptionOf(error) is { } option ? OfOption(option)
        : error.SymbolResult is ArgumentResult { Tokens: [var token] } argument ? Meaningless(argument.Argument.Name, token.Value, argument.Argument.HelpName)
        : error.SymbolResult switch
        {
            CommandResult { Command.Subcommands: { Count: > 0 } below } group =>
                $"{group.Command.Name} needs a command: write {string.Join(" or ", below.Select(one => $"{group.Command.Name} {one.Name}"))}",
            CommandResult single => Missing(single),
            ArgumentResult { Parent: CommandResult single } => Missing(single),
            _ => ShownText.Line(error.Message),
        };

    private static string OfOption(OptionResult result)
    {
        var name = result.Option.Name;
        var written = $"write {name} {result.Option.HelpName}";
        return result.Implicit || result.IdentifierToken is null ? $"{name} is missing: {written}"
            : result.Tokens.Count == 0 ? $"{name} has no value: {written}"
            : result.IdentifierTokenCount > 1 ? $"{name} is there {result.IdentifierTokenCount} times: write it once"
            : Meaningless(name, result.Tokens[^1].Value, result.Option.HelpName);
    }

    private static string Missing(CommandResult result)
    {
        var arguments = result.Command.Arguments.Select(argument => argument.HelpName ?? argument.Name).ToList();
        return $"{string.Join(" and ", arguments)} is missing: write {result.Command.Name} {string.Join(' ', arguments)}";
    }

    private static string Meaningless(string name, string value, string? helpName) =>
        $"{name} {(value.Length == 0 ? "''" : ShownText.Of(value))} means nothing: write {string.Join(" or ", (helpName ?? name).Split('|'))}";

    private static OptionResult? OptionOf(ParseError error) => error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;

    private static IEnumerable<string> OptionNames(CommandResult? result)
    {
        for (var at = result; at is not null; at = at.Parent as CommandResult)
        {
            foreach (var option in at.Command.Options.Where(option => at == result || option.Recursive))
            {
                yield return option.Name;
            }
        }
    }
}
