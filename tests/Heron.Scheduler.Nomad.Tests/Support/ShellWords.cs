// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.Scheduler.Nomad.Tests.Support;

/// <summary>What a POSIX shell makes of quoted words; variables stay as they are written.</summary>
internal static class ShellWords
{
    public static IReadOnlyList<string> Parse(string command)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (c == ' ')
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                }

                word = null;
                continue;
            }

            word ??= new StringBuilder();
            if (c == '\'')
            {
                var end = command.IndexOf('\'', i + 1);
                word.Append(command, i + 1, end - i - 1);
                i = end;
            }
            else if (c == '"')
            {
                var end = command.IndexOf('"', i + 1);
                word.Append(command, i + 1, end - i - 1);
                i = end;
            }
            else if (c == '\\')
            {
                word.Append(command[++i]);
            }
            else
            {
                word.Append(c);
            }
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
