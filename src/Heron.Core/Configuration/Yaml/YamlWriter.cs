// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Globalization;
using System.Numerics;
using Heron.Core.Java;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Heron.Core.Configuration.Yaml;

/// <summary>
/// Writes values as YAML, in block style, so that Heron's Java, Python and C++ parts read the same values back: what an
/// unquoted scalar of YAML 1.1 would turn into something else is quoted.
/// </summary>
public static class YamlWriter
{
    private const int LongestSimpleKey = 128;

    // Where the Java server's library folds long lines.
    private const int LineWidth = 80;

    /// <summary>The document of a value, ending with a line break.</summary>
    /// <param name="root">
    /// Null, text, a number, a boolean, a <see cref="DateTimeOffset"/>, a map with text keys or a list of such.
    /// </param>
    /// <exception cref="ArgumentException">The value holds something else.</exception>
    public static string Write(object? root)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var settings = new EmitterSettings(
            bestIndent: 2,
            bestWidth: HasQuotedTab(root) ? int.MaxValue : LineWidth,
            isCanonical: false,
            maxSimpleKeyLength: LongestSimpleKey,
            skipAnchorName: false,
            indentSequences: false,
            newLine: "\n");
        var emitter = new Emitter(text, settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, object? value)
    {
        switch (value)
        {
            case IDictionary<string, object?> map:
                emitter.Emit(new MappingStart(
                    AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, item) in map)
                {
                    EmitText(emitter, key, isKey: true);
                    Emit(emitter, item);
                }

                emitter.Emit(new MappingEnd());
                break;
            case string text:
                EmitText(emitter, text, isKey: false);
                break;
            case IList list:
                emitter.Emit(new SequenceStart(
                    AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, Plain(value), ScalarStyle.Plain, true, false));
                break;
        }
    }

    private static void EmitText(Emitter emitter, string text, bool isKey) => emitter.Emit(
        new Scalar(AnchorName.Empty, TagName.Empty, text, StyleOf(text, isKey), isPlainImplicit: true, isQuotedImplicit: true));

    // The emitter may break a line of quoted text at a blank beside a tab, which readers then take for indentation or for the
    // end of the line: such a document has long lines instead.
    private static bool HasQuotedTab(object? value) => value switch
    {
        string text => text.Contains(" \t", StringComparison.Ordinal) || text.Contains("\t ", StringComparison.Ordinal),
        IDictionary<string, object?> map => map.Any(entry => HasQuotedTab(entry.Key) || HasQuotedTab(entry.Value)),
        IList list => list.Cast<object?>().Any(HasQuotedTab),
        _ => false,
    };

    private static ScalarStyle StyleOf(string text, bool isKey)
    {
        var analysis = ScalarAnalysis.Of(text);
        if (analysis.Multiline)
        {
            // The emitter gets the hints of blocks with blank lines at an end wrong.
            var isBlock = analysis.AllowBlock && text[0] is not (' ' or '\n')
                && !text.EndsWith("\n\n", StringComparison.Ordinal);
            return isBlock ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted;
        }

        // "=" is a type of its own in YAML 1.1, of which PyYAML's and SnakeYAML's safe readers make an error. Some readers take
        // a part of the key "a *b" for an alias and miss the colon after it.
        var isPlain = analysis.AllowPlain && text != "=" && YamlScalars.Resolve(text) == YamlScalars.Kind.Text
            && !(isKey && text.Contains(" *", StringComparison.Ordinal));
        return isPlain ? ScalarStyle.Plain
            : analysis.AllowSingleQuoted ? ScalarStyle.SingleQuoted
            : ScalarStyle.DoubleQuoted;
    }

    private static string Plain(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        int or long or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        double number when double.IsNaN(number) => ".NaN",
        double number when double.IsInfinity(number) => number > 0 ? ".inf" : "-.inf",
        // Python wants a sign in the exponent.
        double number => JavaNumber.Text(number).Replace("E", "E+", StringComparison.Ordinal).Replace("E+-", "E-", StringComparison.Ordinal),
        DateTimeOffset instant => YamlTimestamp.ToText(instant),
        _ => throw new ArgumentException($"a value of type {value.GetType().Name} has no YAML form", nameof(value)),
    };
}
