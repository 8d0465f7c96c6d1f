// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>The textbook red-black tree, ordered by hash and, among equal hashes, by the keys' own order.</summary>
internal sealed class JavaHashTree<TKey, TValue>
    where TKey : notnull
{
    public JavaHashEntry<TKey, TValue>? Root { get; private set; }

    /// <summary>Java's test, made before a removal, for a tree that is so small that the bucket becomes a chain.</summary>
    public bool IsSmall => Root?.Right is null || Root.Left?.Left is null;

    public JavaHashEntry<TKey, TValue>? Find(int hash, TKey key, JavaHashKey<TKey> rules) =>
        Find(Root, hash, key, rules);

    /// <summary>Hangs an entry under the tree, without balancing.</summary>
    /// <returns>Its parent, or null when it is the root.</returns>
    public JavaHashEntry<TKey, TValue>? Attach(JavaHashEntry<TKey, TValue> entry, JavaHashKey<TKey> rules)
    {
        JavaHashEntry<TKey, TValue>? parent = null;
        var toTheLeft = false;
        for (var at = Root; at is not null; at = toTheLeft ? at.Left : at.Right)
        {
            parent = at;
            toTheLeft = GoesLeft(entry, at, rules);
        }

        entry.Parent = parent;
        if (parent is null)
        {
            Root = entry;
        }
        else if (toTheLeft)
        {
            parent.Left = entry;
        }
        else
        {
            parent.Right = entry;
        }

        return parent;
    }

    public void BalanceAfterInsertion(JavaHashEntry<TKey, TValue> entry)
    {
        entry.IsRed = true;
        var node = entry;
        while (node.Parent is { IsRed: true, Parent: { } grandparent } parent)
        {
            var parentIsLeft = parent == grandparent.Left;
            var uncle = parentIsLeft ? grandparent.Right : grandparent.Left;
            if (IsRed(uncle))
            {
                uncle!.IsRed = false;
                parent.IsRed = false;
                grandparent.IsRed = true;
                node = grandparent;
                continue;
            }

            if (node == (parentIsLeft ? parent.Right : parent.Left))
            {
                Rotate(parent, toTheLeft: parentIsLeft);
                (node, parent) = (parent, node);
            }

            parent.IsRed = false;
            grandparent.IsRed = true;
            Rotate(grandparent, toTheLeft: !parentIsLeft);
        }

        Root!.IsRed = false;
    }

    public void Remove(JavaHashEntry<TKey, TValue> entry)
    {
        if (entry is { Left: not null, Right: not null })
        {
            SwapWithSuccessor(entry);
        }

        var child = entry.Left ?? entry.Right;
        if (child is not null)
        {
            Replace(entry, child);
            if (!entry.IsRed)
            {
                BalanceAfterRemoval(child);
            }
        }
        else
        {
            if (!entry.IsRed)
            {
                BalanceAfterRemoval(entry);
            }

            Replace(entry, null);
        }

        entry.Left = null;
        entry.Right = null;
        entry.Parent = null;
    }

    private static bool IsRed(JavaHashEntry<TKey, TValue>? entry) => entry is { IsRed: true };

    private static JavaHashEntry<TKey, TValue>? Find(
        JavaHashEntry<TKey, TValue>? at, int hash, TKey key, JavaHashKey<TKey> rules)
    {
        while (at is not null)
        {
            if (hash != at.Hash)
            {
                at = hash < at.Hash ? at.Left : at.Right;
            }
            else if (rules.AreEqual(at.Key, key))
            {
                return at;
            }
            else if (rules.Compare is not null)
            {
                at = rules.Compare(key, at.Key) <= 0 ? at.Left : at.Right;
            }
            else if (Find(at.Right, hash, key, rules) is { } found)
            {
                // Rotations spread keys of equal hash over both sides.
                return found;
            }
            else
            {
                at = at.Left;
            }
        }

        return null;
    }

    private static bool GoesLeft(
        JavaHashEntry<TKey, TValue> entry, JavaHashEntry<TKey, TValue> at, JavaHashKey<TKey> rules)
    {
        if (entry.Hash != at.Hash)
        {
            return entry.Hash < at.Hash;
        }

        return rules.Compare is null || rules.Compare(entry.Key, at.Key) <= 0;
    }

    private void BalanceAfterRemoval(JavaHashEntry<TKey, TValue> from)
    {
        var node = from;
        while (node != Root && !node.IsRed)
        {
            var parent = node.Parent!;
            var nodeIsLeft = node == parent.Left;
            var sibling = nodeIsLeft ? parent.Right : parent.Left;
            if (IsRed(sibling))
            {
                sibling!.IsRed = false;
                parent.IsRed = true;
                Rotate(parent, toTheLeft: nodeIsLeft);
                sibling = nodeIsLeft ? parent.Right : parent.Left;
            }

            var near = nodeIsLeft ? sibling?.Left : sibling?.Right;
            var far = nodeIsLeft ? sibling?.Right : sibling?.Left;
            if (!IsRed(near) && !IsRed(far))
            {
                sibling?.IsRed = true;
                node = parent;
                continue;
            }

            if (!IsRed(far))
            {
                near!.IsRed = false;
                sibling!.IsRed = true;
                Rotate(sibling, toTheLeft: !nodeIsLeft);
                sibling = nodeIsLeft ? parent.Right : parent.Left;
                far = nodeIsLeft ? sibling!.Right : sibling!.Left;
            }

            sibling!.IsRed = parent.IsRed;
            parent.IsRed = false;
            far?.IsRed = false;
            Rotate(parent, toTheLeft: nodeIsLeft);
            node = Root!;
        }

        node.IsRed = false;
    }

    private void SwapWithSuccessor(JavaHashEntry<TKey, TValue> entry)
    {
        var successor = entry.Right!;
        while (successor.Left is not null)
        {
            successor = successor.Left;
        }

        (successor.IsRed, entry.IsRed) = (entry.IsRed, successor.IsRed);
        var successorParent = successor.Parent!;
        var successorRight = successor.Right;
        Replace(entry, successor);
        successor.Left = entry.Left;
        successor.Left!.Parent = successor;
        if (successorParent == entry)
        {
            successor.Right = entry;
            entry.Parent = successor;
        }
        else
        {
            successor.Right = entry.Right;
            successor.Right!.Parent = successor;
            successorParent.Left = entry;
            entry.Parent = successorParent;
        }

        entry.Left = null;
        entry.Right = successorRight;
        if (successorRight is not null)
        {
            successorRight.Parent = entry;
        }
    }

    // Puts another entry, or nothing, where an entry hangs under its parent.
    private void Replace(JavaHashEntry<TKey, TValue> entry, JavaHashEntry<TKey, TValue>? by)
    {
        var parent = entry.Parent;
        if (parent is null)
        {
            Root = by;
        }
        else if (entry == parent.Left)
        {
            parent.Left = by;
        }
        else
        {
            parent.Right = by;
        }

        if (by is not null)
        {
            by.Parent = parent;
        }
    }

    private void Rotate(JavaHashEntry<TKey, TValue> top, bool toTheLeft)
    {
        var riser = (toTheLeft ? top.Right : top.Left)!;
        var inner = toTheLeft ? riser.Left : riser.Right;
        Replace(top, riser);
        if (toTheLeft)
        {
            top.Right = inner;
            riser.Left = top;
        }
        else
        {
            top.Left = inner;
            riser.Right = top;
        }

        if (inner is not null)
        {
            inner.Parent = top;
        }

        top.Parent = riser;
    }
}
