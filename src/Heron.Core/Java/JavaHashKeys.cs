namespace Heron.Core.Java;

/// <summary>Keys of the types that Java itself has.</summary>
public static class JavaHashKeys
{
    /// <summary><c>String</c>.</summary>
    public static JavaHashKey<string> Text { get; } = new(JavaHashCode.Of, string.Equals, string.CompareOrdinal);

    /// <summary><c>Integer</c>.</summary>
    public static JavaHashKey<int> Number { get; } = new(n => n, (a, b) => a == b, (a, b) => a.CompareTo(b));
}
