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
    public static object? Read(string text, string source)
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
            return new Document(new Parser(reader), source).Read();
        }
        catch (YamlException fault)
        {
            throw new HeronException(
                FaultKind.Invalid, $"{source}: line {fault.Start.Line}: not valid YAML: {fault.Message}", fault);
        }
    }

    private static HeronException Fault(string source, string message) => new(FaultKind.Invalid, $"{source}: {message}");

    private sealed class Document(IParser parser, string source)
    {
        private readonly Dictionary<string, (object? Value, int Count)> _anchors = new(StringComparer.Ordinal);
        private int _values;

        public object? Read()
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var value = ReadValue(0);
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
            return scalar.Style == ScalarStyle.Plain ? YamlScalars.Read(scalar.Value) : scalar.Value;
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
