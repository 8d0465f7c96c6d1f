using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using Heron.Core.Java;

namespace Heron.Core.Configuration.Yaml;

/// <summary>
/// Writes values as YAML, in block style, byte for byte as the Java server's library writes them: which values are quoted,
/// where long ones are folded, how lists are indented.
/// </summary>
/// <remarks>
/// One difference: text with control characters is written with escapes in double quotes, not as a <c>!!binary</c> tag,
/// which would come back from every reader as bytes instead of text.
/// </remarks>
public static class YamlWriter
{
    /// <summary>The document of a value, ending with a line break.</summary>
    /// <param name="root">
    /// Null, text, a number, a boolean, a <see cref="DateTimeOffset"/>, a map with text keys or a list of such.
    /// </param>
    /// <exception cref="ArgumentException">The value holds something else.</exception>
    public static string Write(object? root)
    {
        var emitter = new Emitter();
        emitter.WriteNode(root, indent: -1, inMapping: false);
        emitter.EndLine();
        return emitter.ToString();
    }

    // Indentation as the library does it: the root has none (-1 here), a nested block two more than its parent, a list
    // in a mapping none more.
    private sealed class Emitter
    {
        private const int IndentStep = 2;
        private const int BestWidth = 80;
        private const int LongestSimpleKey = 128;

        private readonly StringBuilder _text = new();
        private int _column;

        // Nothing but white space so far / nothing but indentation and indicators so far, in the current line.
        private bool _whitespace = true;
        private bool _indention = true;

        public override string ToString() => _text.ToString();

        public void EndLine()
        {
            if (_column > 0)
            {
                LineBreak();
            }
        }

        public void WriteNode(object? value, int indent, bool inMapping)
        {
            switch (value)
            {
                case IDictionary<string, object?> { Count: > 0 } map:
                    WriteMap(map, Deeper(indent));
                    break;
                case IDictionary<string, object?>:
                    WriteEmpty('{', '}', indent);
                    break;
                case string text:
                    WriteScalar(text, isText: true, Flow(indent), simpleKey: false);
                    break;
                case IList { Count: > 0 } list:
                    WriteList(list, inMapping && !_indention ? Math.Max(indent, 0) : Deeper(indent));
                    break;
                case IList:
                    WriteEmpty('[', ']', indent);
                    break;
                default:
                    WriteScalar(Plain(value), isText: false, Flow(indent), simpleKey: false);
                    break;
            }
        }

        private static int Deeper(int indent) => indent < 0 ? 0 : indent + IndentStep;

        private static int Flow(int indent) => indent < 0 ? IndentStep : indent + IndentStep;

        private static string Plain(object? value) => value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            int or long or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
            double number when double.IsNaN(number) => ".NaN",
            double number when double.IsInfinity(number) => number > 0 ? ".inf" : "-.inf",
            double number => JavaNumber.Text(number),
            DateTimeOffset instant => YamlTimestamp.ToText(instant),
            _ => throw new ArgumentException($"a value of type {value.GetType().Name} has no YAML form", nameof(value)),
        };

        private void WriteMap(IDictionary<string, object?> map, int indent)
        {
            foreach (var (key, value) in map)
            {
                Indent(indent);
                var analysis = ScalarAnalysis.Of(key);
                if (key.Length is > 0 and < LongestSimpleKey && !analysis.Multiline)
                {
                    WriteScalar(key, isText: true, Flow(indent), simpleKey: true);
                    Indicator(":", needsSpace: false, staysIndentation: false);
                    WriteNode(value, indent, inMapping: true);
                }
                else
                {
                    Indicator("?", needsSpace: true, staysIndentation: true);
                    WriteNode(key, indent, inMapping: true);
                    Indent(indent);
                    Indicator(":", needsSpace: true, staysIndentation: true);
                    WriteNode(value, indent, inMapping: true);
                }
            }
        }

        private void WriteList(IList list, int indent)
        {
            foreach (var item in list)
            {
                Indent(indent);
                Indicator("-", needsSpace: true, staysIndentation: true);
                WriteNode(item, indent, inMapping: false);
            }
        }

        private void WriteEmpty(char open, char close, int indent)
        {
            Indicator(open.ToString(), needsSpace: true, staysIndentation: false, leavesWhitespace: true);
            Indent(Flow(indent));
            Indicator(close.ToString(), needsSpace: false, staysIndentation: false);
        }

        private void WriteScalar(string value, bool isText, int indent, bool simpleKey)
        {
            var analysis = ScalarAnalysis.Of(value);
            var isPlain = !isText || YamlScalars.Resolve(value) == YamlScalars.Kind.Text;
            if (analysis.Multiline && isText)
            {
                isPlain = false;
                if (!simpleKey && analysis.AllowBlock)
                {
                    WriteLiteral(value, indent);
                    return;
                }
            }

            // Some readers take a part of the key "a *b" for an alias and miss the colon after it.
            if (isPlain && analysis.AllowPlain && !(simpleKey && value.Contains(" *", StringComparison.Ordinal)))
            {
                WritePlain(value, indent, split: !simpleKey);
            }
            else if (analysis.AllowSingleQuoted)
            {
                WriteSingleQuoted(value, indent, split: !simpleKey);
            }
            else
            {
                WriteDoubleQuoted(value, indent, split: !simpleKey);
            }
        }

        private void WritePlain(string value, int indent, bool split)
        {
            Space();
            _whitespace = false;
            _indention = false;
            foreach (var piece in Pieces(value))
            {
                // A single blank may become a line break; more of them stay.
                if (piece == " " && split && _column > BestWidth)
                {
                    Indent(indent);
                    _whitespace = false;
                    _indention = false;
                }
                else
                {
                    Append(piece);
                }
            }
        }

        private void WriteSingleQuoted(string value, int indent, bool split)
        {
            Indicator("'", needsSpace: true, staysIndentation: false);
            var position = 0;
            foreach (var piece in Pieces(value))
            {
                var inside = position > 0 && position + piece.Length < value.Length;
                position += piece.Length;
                if (piece == " " && split && inside && _column > BestWidth)
                {
                    Indent(indent);
                }
                else
                {
                    Append(piece.Replace("'", "''", StringComparison.Ordinal));
                }
            }

            Indicator("'", needsSpace: false, staysIndentation: false);
        }

        private void WriteDoubleQuoted(string value, int indent, bool split)
        {
            Indicator("\"", needsSpace: true, staysIndentation: false);
            var start = 0;
            for (var end = 0; end <= value.Length; end++)
            {
                if (end == value.Length || NeedsEscape(value[end]))
                {
                    Append(value[start..end]);
                    start = end;
                    if (end < value.Length)
                    {
                        var length = char.IsSurrogatePair(value, end) ? 2 : 1;
                        Append(Escape(value, end, length));
                        end += length - 1;
                        start = end + 1;
                    }
                }

                if (end > 0 && end < value.Length - 1 && (value[end] == ' ' || start >= end)
                    && _column + (end - start) > BestWidth && split)
                {
                    Append(start >= end ? "\\" : value[start..end] + "\\");
                    start = Math.Max(start, end);
                    Indent(indent);
                    _whitespace = false;
                    _indention = false;
                    if (value[start] == ' ')
                    {
                        Append("\\");
                    }
                }
            }

            Indicator("\"", needsSpace: false, staysIndentation: false);
        }

        private void WriteLiteral(string value, int indent)
        {
            Indicator("|" + BlockHints(value), needsSpace: true, staysIndentation: false);
            LineBreak();
            var lines = value.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length > 0)
                {
                    Indent(indent);
                    Append(lines[i]);
                }

                if (i < lines.Length - 1 || lines[i].Length > 0)
                {
                    LineBreak();
                }
            }
        }

        private static string BlockHints(string value)
        {
            var hints = value[0] is ' ' or '\n' ? "2" : "";
            if (value[^1] != '\n')
            {
                return hints + "-";
            }

            return value.Length == 1 || value[^2] == '\n' ? hints + "+" : hints;
        }

        // Runs of blanks and runs of everything else, in turn.
        private static IEnumerable<string> Pieces(string value)
        {
            var start = 0;
            for (var i = 1; i <= value.Length; i++)
            {
                if (i == value.Length || (value[i] == ' ') != (value[start] == ' '))
                {
                    yield return value[start..i];
                    start = i;
                }
            }
        }

        private static bool NeedsEscape(char c) =>
            c is '"' or '\\' or '\u0085' or '\u2028' or '\u2029' or '\uFEFF' or < ' ' or > '~';

        private static string Escape(string value, int index, int length)
        {
            var c = value[index];
            return c switch
            {
                '\0' => "\\0",
                '\a' => "\\a",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\v' => "\\v",
                '\f' => "\\f",
                '\r' => "\\r",
                '\u001B' => "\\e",
                '"' => "\\\"",
                '\\' => "\\\\",
                '\u0085' => "\\N",
                '\u00A0' => "\\_",
                '\u2028' => "\\L",
                '\u2029' => "\\P",
                _ when length == 2 || ScalarAnalysis.IsPrintable(c) => value.Substring(index, length),
                _ when c <= '\u00FF' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
            };
        }

        private void Indicator(string indicator, bool needsSpace, bool staysIndentation, bool leavesWhitespace = false)
        {
            if (needsSpace)
            {
                Space();
            }

            _whitespace = leavesWhitespace;
            _indention = _indention && staysIndentation;
            Append(indicator);
        }

        private void Indent(int indent)
        {
            if (!_indention || _column > indent || (_column == indent && !_whitespace))
            {
                LineBreak();
            }

            if (indent > _column)
            {
                _whitespace = true;
                Append(new string(' ', indent - _column));
            }
        }

        private void LineBreak()
        {
            _text.Append('\n');
            _column = 0;
            _whitespace = true;
            _indention = true;
        }

        private void Space()
        {
            if (!_whitespace)
            {
                Append(" ");
            }
        }

        private void Append(string piece)
        {
            _text.Append(piece);
            _column += piece.Length;
        }
    }
}
