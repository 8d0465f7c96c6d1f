// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text;

namespace Heron.ApiServer.CommandLine;

/// <summary>The completion for zsh, which shows what each option is for.</summary>
internal static class ZshCompletion
{
    /// <summary>Makes the script.</summary>
    /// <param name="tree">All that can be typed.</param>
    public static string Of(Command tree)
    {
        var commands = ProgramTree.Commands(tree).ToList();
        var text = new StringBuilder();
        text.Append("""
            #compdef heron-apiserver
            # Made by 'heron-apiserver completion zsh'.

            _heron_apiserver() {
                local at=
                while (( CURRENT > 2 )); do
                    case $at/$words[2] in

            """);
        text.Append("            (").AppendJoin('|', commands.Select(command => command.Path).Where(path => path.Length > 0)).Append(") at+=/$words[2] ;;\n");
        text.Append("""
                        (*) break ;;
                    esac
                    shift words
                    (( CURRENT-- ))
                done
                case $at in

            """);
        foreach (var (path, command) in commands)
        {
            text.Append("        (").Append(path.Length == 0 ? "''" : path).Append(") _arguments");
            foreach (var option in command.Options)
            {
                text.Append(" \\\n            ").Append(Quoted(Spec(option)));
            }

            if (command.Subcommands.Count > 0)
            {
                text.Append(" \\\n            ").Append(Quoted($"1:command:({string.Join(' ', command.Subcommands.Select(child => child.Name))})"));
            }

            foreach (var (argument, i) in command.Arguments.Select((argument, i) => (argument, i + 1)))
            {
                text.Append(" \\\n            ").Append(Quoted($"{i}:{Value(argument.HelpName ?? argument.Name)}"));
            }

            text.Append(" ;;\n");
        }

        text.Append("""
                esac
            }

            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
                _heron_apiserver "$@"
            else
                compdef _heron_apiserver heron-apiserver
            fi

            """);
        return text.ToString();
    }

    private static string Spec(Option option)
    {
        var takesValue = ProgramTree.TakesValue(option);
        var repeats = option.ValueType.IsArray ? "*" : "";
        var joint = !takesValue ? "" : option.Name.StartsWith("--", StringComparison.Ordinal) ? "=" : "+";
        var says = Escaped(option.Description ?? "").Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
        return $"{repeats}{option.Name}{joint}[{says}]{(takesValue ? ":" + Value(option.HelpName) : "")}";
    }

    private static string Value(string? helpName) => Escaped(helpName ?? "value") + ":" + ProgramTree.KindOf(helpName, out var words) switch
    {
        ValueKind.File => "_files",
        ValueKind.Folder => "_files -/",
        ValueKind.Word => $"({string.Join(' ', words)})",
        _ => " ",
    };

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
