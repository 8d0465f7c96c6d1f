// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>The two text operations of Java on which the meaning of Heron's lists depends.</summary>
public static class JavaText
{
    /// <summary>Cuts off everything up to U+0020 at both ends, as Java's <c>trim</c>.</summary>
    public static string Trim(string text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && text[start] <= ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] <= ' ')
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>Splits at a character; empty parts at the end fall away, as with Java's <c>split</c>.</summary>
    public static IReadOnlyList<string> Split(string text, char separator)
    {
        // Java: a text without the separator is one part, even an empty one.
        if (!text.Contains(separator, StringComparison.Ordinal))
        {
            return [text];
        }

        var parts = text.Split(separator);
        var count = parts.Length;
        while (count > 0 && parts[count - 1].Length == 0)
        {
            count--;
        }

        return parts[..count];
    }
}
