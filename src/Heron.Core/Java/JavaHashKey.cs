// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>How a type behaves as a key of a Java hash map.</summary>
/// <param name="Hash">Its <c>hashCode</c>.</param>
/// <param name="AreEqual">Its <c>equals</c>.</param>
/// <param name="Compare">
/// Its <c>compareTo</c> when it is <c>Comparable</c>, else null. Only asked between keys with the same hash code in a
/// crowded bucket. Where it is null, Java falls back to memory addresses, which differ from run to run; here the newer
/// key then counts as the smaller one.
/// </param>
public sealed record JavaHashKey<TKey>(
    Func<TKey, int> Hash, Func<TKey, TKey, bool> AreEqual, Comparison<TKey>? Compare = null)
    where TKey : notnull;

/// <summary>Keys of the types that Java itself has.</summary>
public static class JavaHashKeys
{
    /// <summary><c>String</c>.</summary>
    public static JavaHashKey<string> Text { get; } = new(JavaHashCode.Of, string.Equals, string.CompareOrdinal);

    /// <summary><c>Integer</c>.</summary>
    public static JavaHashKey<int> Number { get; } = new(n => n, (a, b) => a == b, (a, b) => a.CompareTo(b));
}
