// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Routing;

/// <summary>What a parameter or a form's field may hold.</summary>
/// <param name="Type">In the words of JSON Schema: <c>string</c>, <c>integer</c>, <c>boolean</c>, <c>array</c>.</param>
internal sealed record ValueShape(string Type)
{
    /// <summary>Any text.</summary>
    public static ValueShape Text { get; } = new("string");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static ValueShape Flag { get; } = new("boolean");

    /// <summary>The bytes of a file.</summary>
    public static ValueShape Bytes { get; } = new("string") { Format = "binary" };

    /// <summary>Any number of texts: the parameter is repeated.</summary>
    public static ValueShape Texts { get; } = new("array") { Items = Text };

    /// <summary>More of what the type says: <c>binary</c>, <c>int64</c>.</summary>
    public string? Format { get; init; }

    /// <summary>The least number.</summary>
    public long? Least { get; init; }

    /// <summary>The largest number.</summary>
    public long? Most { get; init; }

    /// <summary>Every value that there is; null when there are too many to name.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>What counts when it is not given.</summary>
    public string? Default { get; init; }

    /// <summary>Of an array: what its items are.</summary>
    public ValueShape? Items { get; init; }

    /// <summary>A whole number.</summary>
    public static ValueShape Whole(long least, long? most = null, string? @default = null) =>
        new("integer") { Format = most <= int.MaxValue ? "int32" : "int64", Least = least, Most = most, Default = @default };

    /// <summary>One of a few words.</summary>
    public static ValueShape OneOf(params IReadOnlyList<string> words) => new("string") { Words = words };
}
