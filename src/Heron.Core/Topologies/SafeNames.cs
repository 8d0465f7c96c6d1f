// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Heron.Core.Topologies;

/// <summary>
/// Names that cannot hurt. They end up in paths on this machine and on nodes, in ZooKeeper paths, job ids, shell
/// commands, Nomad's templates and log lines, so each is made of characters that mean nothing in any of these. Letters,
/// digits and symbols of every script are welcome.
/// </summary>
public static class SafeNames
{
    /// <summary>
    /// Longest name in bytes of UTF-8. Nomad makes a file of job name, container number and suffix, and a file name ends at 255.
    /// </summary>
    public const int MaxBytes = 200;

    /// <summary>Longest topology id: a name with the UUID that the client adds.</summary>
    public const int MaxIdBytes = MaxBytes + 36;

    /// <summary>The name of a topology: letters, digits, <c>-</c> and <c>_</c>. Heron itself forbids <c>.</c> and <c>/</c>.</summary>
    public static void CheckTopologyName(string name)
    {
        if (name.Length == 0)
        {
            throw new HeronException(FaultKind.Invalid, "Missing topology name");
        }

        if (name.Contains('.', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"Invalid topology name. Topology name shouldn't have . or /: '{ShownText.Of(name)}'");
        }

        Check("topology name", name, MaxBytes, static rune => IsWord(rune) || IsOneOf(rune, "-_+@="), "- _ + @ =");
    }

    /// <summary>The id made by the client at submit.</summary>
    public static void CheckTopologyId(string id) =>
        Check("topology id", id, MaxIdBytes, static rune => IsWord(rune) || IsOneOf(rune, "-_.+@="), "- _ . + @ =");

    /// <summary>
    /// The name of a spout or bolt. It becomes a part of file names on the node, always behind another text
    /// (<c>container_1_NAME_2.log</c>), and of lists such as <c>word:100,count:200</c>: it may begin as it likes and have dots,
    /// blanks and <c>$</c>, as names of Java classes do, but no slash, comma or colon, nothing that Nomad replaces and nothing that
    /// a page would take for its own.
    /// </summary>
    public static void CheckComponentName(string name)
    {
        Check(
            "component name", name, MaxBytes, static rune => IsWord(rune) || IsOneOf(rune, "-_.+@=$# "), "- _ . + @ = $ # and blanks", startsFreely: true);
        if (name[0] == ' ' || name[^1] == ' ' || name is "." or "..")
        {
            throw new HeronException(
                FaultKind.Invalid, $"the component name '{ShownText.Of(name)}' must not begin or end with a blank or be . or ..");
        }
    }

    /// <summary>A cluster, role, environment or user: one segment of a path.</summary>
    /// <param name="what">How to call it in the message.</param>
    /// <param name="value">May be empty only for what the CLI sends empty: the environment.</param>
    /// <param name="mayBeEmpty">Whether nothing is a value too.</param>
    public static void CheckSegment(string what, string value, bool mayBeEmpty = false)
    {
        if (value.Length == 0 && mayBeEmpty)
        {
            return;
        }

        Check(what, value, MaxBytes, static rune => IsWord(rune) || IsOneOf(rune, "-_.+@="), "- _ . + @ =");
    }

    /// <summary>
    /// Checks what names a topology at submit: cluster, role, environment, user, topology name and id.
    /// </summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, saying which name and which character.</exception>
    public static void CheckIdentity(TopologyIdentity identity, string user)
    {
        CheckSegment("cluster", identity.Cluster);
        CheckSegment("role", identity.Role);
        CheckSegment("environment", identity.Environment, mayBeEmpty: true);
        CheckSegment("user", user, mayBeEmpty: true);
        CheckTopologyName(identity.Name);
        CheckTopologyId(identity.Id);
    }

    private static void Check(string what, string value, int maxBytes, Func<Rune, bool> allowed, string also, bool startsFreely = false)
    {
        if (value.Length == 0)
        {
            throw new HeronException(FaultKind.Invalid, $"the {what} is empty");
        }

        if (Encoding.UTF8.GetByteCount(value) > maxBytes)
        {
            throw new HeronException(
                FaultKind.Invalid, $"the {what} '{ShownText.Of(value)}' is longer than {maxBytes} bytes");
        }

        foreach (var rune in value.EnumerateRunes())
        {
            // A lone surrogate or broken UTF-8 shows as U+FFFD.
            if (!allowed(rune) || rune == Rune.ReplacementChar || !ShownText.IsVisible(rune))
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"the {what} '{ShownText.Of(value)}' contains '{ShownText.Of(rune.ToString())}'; allowed are letters, digits and {also}");
            }
        }

        if (startsFreely)
        {
            return;
        }

        if (value[0] is '-' or '.' or ' ' or '=' || value[^1] == ' ' || value.Contains("..", StringComparison.Ordinal))
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"the {what} '{ShownText.Of(value)}' must not begin with - . = or a blank, end with a blank or contain ..");
        }
    }

    private static bool IsOneOf(Rune rune, string characters) =>
        rune.IsAscii && characters.Contains((char)rune.Value, StringComparison.Ordinal);

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        UnicodeCategory.OtherSymbol => !rune.IsAscii,
        _ => false,
    };
}
