// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Heron.Architecture.Tests;

/// <summary>docs/troubleshooting.md quotes the program: what it quotes must be what the program says.</summary>
public sealed partial class TroubleshootingTests
{
    private const char Hole = '…';

    private static string Document => typeof(TroubleshootingTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Troubleshooting").Value!;

    [Fact]
    public void Every_message_of_the_table_is_in_the_program()
    {
        var messages = Messages(File.ReadAllLines(Document)).ToList();
        Assert.True(messages.Count > 50, $"{messages.Count} messages");
        var said = Said().ToList();
        var wrong = messages.Where(message => !said.Exists(words => Says(words, message))).ToList();
        Assert.True(wrong.Count == 0, "the program says none of these (any more):\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void A_message_that_nobody_says_is_found() =>
        Assert.DoesNotContain(Said(), words => Says(words, "Nomad at … is out to lunch: …"));

    [Fact]
    public void Every_row_says_what_it_means_and_what_to_do() => Assert.All(
        File.ReadAllLines(Document).Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
        row => Assert.Equal(3, row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Length));

    private static IEnumerable<string> Messages(IEnumerable<string> lines) =>
        lines.Select(line => FirstCell().Match(line)).Where(cell => cell.Success).Select(cell => cell.Groups[1].Value);

    /// <summary>Whether the fixed words of a message stand in some text, in their order.</summary>
    private static bool Says(string words, string message)
    {
        var at = 0;
        foreach (var piece in message.Split(Hole, StringSplitOptions.TrimEntries).Where(piece => piece.Any(char.IsLetter)))
        {
            at = words.IndexOf(piece, at, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            at += piece.Length;
        }

        return true;
    }

    /// <summary>The texts of each method one after the other, as they are put together there, and the script that starts containers.</summary>
    private static IEnumerable<string> Said()
    {
        foreach (var module in SourceProject.All.Select(project => project.Assembly.MainModule))
        {
            foreach (var method in module.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody))
            {
                var text = new StringBuilder();
                foreach (var instruction in method.Body.Instructions.Where(i => i.OpCode == OpCodes.Ldstr))
                {
                    text.Append((string)instruction.Operand);
                }

                yield return text.ToString();
            }

            foreach (var resource in module.Resources.OfType<EmbeddedResource>().Where(r => r.Name.EndsWith(".sh", StringComparison.Ordinal)))
            {
                yield return Encoding.UTF8.GetString(resource.GetResourceData());
            }
        }
    }

    [GeneratedRegex("^\\| `(.+?)` \\|")]
    private static partial Regex FirstCell();
}
