// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.ZooKeeper;

/// <summary>Text from outside, made safe for a log line: no control characters, not endless.</summary>
internal static class Printable
{
    private const int Limit = 512;

    public static string Text(string text)
    {
        if (text.Length <= Limit && !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Any(char.IsControl))
        {
            return text;
        }

        var builder = new StringBuilder();
        foreach (char c in text.Length > Limit ? text[..Limit] : text)
        {
            _ = char.IsControl(c) ? builder.Append('?') : builder.Append(c);
        }

        return text.Length > Limit ? builder.Append('…').ToString() : builder.ToString();
    }
}
