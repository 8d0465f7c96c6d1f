// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>Sorts into the order in which a Java hash set of the same elements is walked.</summary>
public static class JavaHashOrder
{
    /// <summary>A <c>HashSet</c> that elements were added to one after the other. Equal elements count once.</summary>
    public static IReadOnlyList<T> Of<T>(IEnumerable<T> elements, JavaHashKey<T> key)
        where T : notnull
    {
        var set = new JavaHashMap<T, bool>(key);
        foreach (var element in elements)
        {
            set.TryAdd(element, true);
        }

        return [.. set.Keys];
    }

    /// <summary>A <c>HashSet</c> made as a copy of a collection: its table is larger from the start.</summary>
    public static IReadOnlyList<T> OfCopy<T>(IReadOnlyCollection<T> elements, JavaHashKey<T> key)
        where T : notnull
    {
        var set = new JavaHashMap<T, bool>(key, CapacityForCopyOf(elements.Count));
        foreach (var element in elements)
        {
            set.TryAdd(element, true);
        }

        return [.. set.Keys];
    }

    private static int CapacityForCopyOf(int count) => Math.Max((int)(count / .75f) + 1, 16);
}
