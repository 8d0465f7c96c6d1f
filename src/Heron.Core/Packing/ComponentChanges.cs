// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Java;

namespace Heron.Core.Packing;

/// <summary>Splits component changes into those to remove and those to add, each in hash order.</summary>
internal static class ComponentChanges
{
    /// <summary>Components to shrink, with the number of instances to take away.</summary>
    public static JavaHashMap<string, int> Removals(IReadOnlyDictionary<string, int> changes) =>
        Where(changes, change => change < 0, change => -change);

    /// <summary>Components to grow, with the number of instances to add.</summary>
    public static JavaHashMap<string, int> Additions(IReadOnlyDictionary<string, int> changes) =>
        Where(changes, change => change > 0, change => change);

    private static JavaHashMap<string, int> Where(
        IReadOnlyDictionary<string, int> changes, Func<int, bool> wanted, Func<int, int> count)
    {
        var found = new JavaHashMap<string, int>(JavaHashKeys.Text);
        foreach (var (component, change) in changes)
        {
            if (wanted(change))
            {
                found[component] = count(change);
            }
        }

        return found;
    }
}
