using System.Globalization;

namespace Heron.Core.Topologies;

/// <summary>
/// Reads numbers out of topology definitions as Heron's Java code does, with its error text, so that what was accepted
/// stays accepted and nothing else is.
/// </summary>
public static class JavaNumbers
{
    /// <summary>A 32-bit whole number: optional sign and digits, no blanks.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>; the text ends with where the value stands.</exception>
    public static int ParseInt(string text, string where)
    {
        var value = ParseLong(text, where);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Refuse(text, where);
    }

    /// <summary>A 64-bit whole number: optional sign and digits, no blanks.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>; the text ends with where the value stands.</exception>
    public static long ParseLong(string text, string where) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Refuse(text, where);

    private static HeronException Refuse(string text, string where) =>
        new(FaultKind.Invalid, $"For input string: \"{SafeNames.Printable(text)}\" ({where} must be a whole number)");
}
