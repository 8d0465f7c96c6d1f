// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text;

namespace Heron.ApiServer.CommandLine;

/// <summary>The completion for bash, as a function that the shell calls.</summary>
internal static class BashCompletion
{
    /// <summary>Makes the script.</summary>
    /// <param name="tree">All that can be typed.</param>
    public static string Of(Command tree)
    {
        var commands = ProgramTree.Commands(tree).ToList();
        var text = new StringBuilder();
        text.Append("""
            # bash completion for heron-apiserver: made by 'heron-apiserver completion bash'

            _heron_apiserver() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} at="" word words=""
                # --option=value is three words for bash.
                if [[ $current == = ]]; then
                    current=
                elif [[ $previous == = ]]; then
                    previous=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
                    case $at/$word in

            """);
        text.Append("            ").AppendJoin(" | ", commands.Select(command => command.Path).Where(path => path.Length > 0)).Append(") at+=/$word ;;\n");
        text.Append("""
                        *) break ;;
                    esac
                done
                COMPREPLY=()
                case $previous in

            """);
        foreach (var group in commands.SelectMany(command => command.Command.Options).Where(ProgramTree.TakesValue).DistinctBy(option => option.Name).GroupBy(Generator))
        {
            text.Append("        ").AppendJoin(" | ", group.Select(option => option.Name)).Append(") ").Append(group.Key).Append("return ;;\n");
        }

        text.Append("""
                esac
                case $at in

            """);
        foreach (var (path, command) in commands)
        {
            var words = command.Subcommands.Select(child => child.Name)
                .Concat(command.Options.Select(option => option.Name))
                .Concat(command.Options.Any(option => option.Name == "--help") ? [] : ["--help"]);
            text.Append("        ").Append(path.Length == 0 ? "''" : path).Append(") ");
            text.Append(command.Arguments is [var argument, ..] ? Generate(argument.HelpName ?? argument.Name) : "");
            text.Append("words='").AppendJoin(' ', words).Append("' ;;\n");
        }

        text.Append("""
                esac
                [[ ${#COMPREPLY[@]} -gt 0 && $current != -* ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            }

            complete -F _heron_apiserver heron-apiserver

            """);
        return text.ToString();
    }

    private static string Generator(Option option) => Generate(option.HelpName);

    // Paths are told to be such, so that folders get a slash and blanks a backslash. A function that is called by hand has no such option.
    private static string Generate(string? helpName) => ProgramTree.KindOf(helpName, out var words) switch
    {
        ValueKind.File => "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); ",
        ValueKind.Folder => "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$current\"); ",
        ValueKind.Word => $"mapfile -t COMPREPLY < <(compgen -W '{string.Join(' ', words)}' -- \"$current\"); ",
        _ => "",
    };
}
