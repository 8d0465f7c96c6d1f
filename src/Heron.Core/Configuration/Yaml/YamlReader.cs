// SPDX-License-Identifier: Apache-2.0
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Heron.Core.Configuration.Yaml;

/// <summary>
/// Reads a YAML document into plain values: maps, lists, text, numbers, booleans, null. Nothing in a document can make
/// the server construct anything else, and nothing in it can cost more than its size.
/// </summary>
public static class YamlReader
{
    /// <summary>The largest document, in characters.</summary>
    public const int MaximumLength = 1024 * 1024;

    /// <summary>The deepest nesting.</summary>
    public const int MaximumDepth = 32;

    /// <summary>The most values in a document, every use of an alias counted in full.</summary>
    public const int MaximumValues = 100_000;

    /// <summary>The values of a document whose root is a mapping; an empty document has none.</summary>
    /// <param name="text">The document.</param>
    /// <param name="source">What it is, for messages: a file's path, or "the override file".</param>
    /// <exception cref="HeronException">It is not such a document, or too large. The message names the source and the line.</exception>
    public static YamlMap ReadMap(string text, string source) => Read(text, source) switch
    {
        null => new YamlMap(),
        YamlMap map => map,
        _ => throw Fault(source, "the document must be a list of 'key: value' lines"),
    };

    /// <summary>The value of a document; null when it is empty.</summary>
    /// <inheritdoc cref="ReadMap" path="//param|//exception"/>
    public static object? Read(string text, string source) => Parse(text, source, document => document.Read());

    /// <summary>
    /// The unquoted or quoted texts that stand at the top level of a document, as they are written: <c>0.20</c> is not a number
    /// here. Other values are left out.
    /// </summary>
    /// <inheritdoc cref="ReadMap" path="//param|//exception"/>
    public static IReadOnlyDictionary<string, string> ReadTexts(string text, string source)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Parse(text, source, document => document.ReadTexts(texts));
        return texts;
    }

    private static T Parse<T>(string text, string source, Func<Document, T> read)
    {
        if (text.Length > MaximumLength)
        {
            throw Fault(source, $"larger than {MaximumLength} characters");
        }

        if (ScalarAnalysis.IndexOfUnprintable(text) is var index and >= 0)
        {
            var line = text.AsSpan(0, index).Count('\n') + 1;
            throw Fault(source, $"line {line}: a control character (code {(int)text[index]}) is not allowed");
        }

        try
        {
            using var reader = new StringReader(text);
            return read(new Document(new Parser(reader), source));
        }
        catch (YamlException fault)
        {
            throw new HeronException(
                FaultKind.Invalid, $"{source}: line {fault.Start.Line}: not valid YAML: {ShownText.Line(fault.Message)}", fault);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException
            or InvalidOperationException or IndexOutOfRangeException or NullReferenceException)
        {
            // The library's own slips on broken input: a tag directive without a handle, an escape beyond Unicode.
            throw new HeronException(FaultKind.Invalid, $"{source}: not valid YAML: {ShownText.Line(fault.Message)}", fault);
        }
    }

    private static HeronException Fault(string source, string message) => new(FaultKind.Invalid, $"{source}: {message}");

    private sealed class Document(IParser parser, string source)
    {
        private readonly Dictionary<string, (object? Value, int Count)> _anchors = new(StringComparer.Ordinal);
        private int _values;

        public object? Read() => ReadRoot(() => ReadValue(0));

        public bool ReadTexts(Dictionary<string, string> texts)
        {
            ReadRoot(() =>
            {
                parser.Consume<MappingStart>();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = parser.Consume<Scalar>();
                    if (parser.Current is Scalar { Tag.IsEmpty: true } value)
                    {
                        texts[key.Value] = value.Value;
                    }

                    ReadValue(1);
                }

                return null;
            });
            return true;
        }

        private object? ReadRoot(Func<object?> read)
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var value = read();
            parser.Consume<DocumentEnd>();
            return parser.TryConsume<StreamEnd>(out _)
                ? value
                : throw Wrong(parser.Current, "a second document begins; only one is allowed");
        }

        private object? ReadValue(int depth)
        {
            if (depth > MaximumDepth)
            {
                throw Wrong(parser.Current, $"nested deeper than {MaximumDepth} levels");
            }

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return _anchors.TryGetValue(alias.Value.Value, out var anchored)
                    ? Counted(anchored.Value, anchored.Count, alias)
                    : throw Wrong(alias, $"the alias *{alias.Value.Value} has no anchor before it");
            }

            var node = parser.Current as NodeEvent ?? throw Wrong(parser.Current, "a value is missing");
            if (!node.Tag.IsEmpty)
            {
                throw Wrong(node, $"the tag {node.Tag.Value} is not allowed; write the plain value");
            }

            var before = _values;
            Counted(null, 1, node);
            object? value = node switch
            {
                Scalar scalar => ReadScalar(scalar),
                SequenceStart => ReadList(depth),
                MappingStart => ReadMap(depth),
                _ => throw Wrong(node, "a value is missing"),
            };
            if (!node.Anchor.IsEmpty)
            {
                _anchors[node.Anchor.Value] = (value, _values - before);
            }

            return value;
        }

        private object? Counted(object? value, int count, ParsingEvent where)
        {
            // Saturates well below overflow: the budget is checked at every step.
            _values += count;
            return _values <= MaximumValues
                ? value
                : throw Wrong(where, $"more than {MaximumValues} values, aliases counted in full");
        }

        private object? ReadScalar(Scalar scalar)
        {
            parser.MoveNext();
            CheckUnicode(scalar);
            return scalar.Style == ScalarStyle.Plain ? YamlScalars.Read(scalar.Value) : scalar.Value;
        }

        // The escape of half a character can be written, and has no form in a file, a path or an answer.
        private void CheckUnicode(Scalar scalar)
        {
            for (var i = 0; i < scalar.Value.Length; i++)
            {
                if (char.IsSurrogatePair(scalar.Value, i))
                {
                    i++;
                }
                else if (char.IsSurrogate(scalar.Value[i]))
                {
                    throw Wrong(scalar, "an escape stands for half a character");
                }
            }
        }

        private List<object?> ReadList(int depth)
        {
            parser.MoveNext();
            var list = new List<object?>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadValue(depth + 1));
            }

            return list;
        }

        private YamlMap ReadMap(int depth)
        {
            parser.MoveNext();
            var map = new YamlMap();
            var merged = new List<YamlMap>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (parser.Current is not Scalar key)
                {
                    throw Wrong(parser.Current, "a key must be plain text");
                }

                if (!key.Tag.IsEmpty || !key.Anchor.IsEmpty)
                {
                    throw Wrong(key, "a key must have no tag and no anchor");
                }

                parser.MoveNext();
                CheckUnicode(key);
                Counted(null, 1, key);
                var value = ReadValue(depth + 1);
                if (key.Style == ScalarStyle.Plain && key.Value == "<<")
                {
                    merged.AddRange(Merged(key, value));
                }
                else if (!map.TryAdd(key.Value, value))
                {
                    throw Wrong(key, $"the key {key.Value} is there twice; keep one of both");
                }
            }

            foreach (var (key, value) in merged.SelectMany(source => source))
            {
                map.TryAdd(key, value);
            }

            return map;
        }

        private IEnumerable<YamlMap> Merged(Scalar key, object? value) => value switch
        {
            YamlMap map => [map],
            List<object?> list when list.TrueForAll(item => item is YamlMap) => list.Cast<YamlMap>(),
            _ => throw Wrong(key, "'<<' must name a mapping"),
        };

        private HeronException Wrong(ParsingEvent? where, string message) =>
            Fault(source, where is null ? message : $"line {where.Start.Line}: {message}");
    }
}
