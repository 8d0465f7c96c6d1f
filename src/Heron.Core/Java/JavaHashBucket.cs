// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>
/// One bucket: a chain, which is the order of iteration, and over it a red-black tree when it is crowded. The tree is
/// there only because its root stands at the front of the chain.
/// </summary>
internal struct JavaHashBucket<TKey, TValue>
    where TKey : notnull
{
    // A bucket that shrinks to so few keys in a split becomes a plain chain again.
    private const int ChainAgain = 6;

    private JavaHashEntry<TKey, TValue>? _last;
    private JavaHashTree<TKey, TValue>? _tree;

    public JavaHashEntry<TKey, TValue>? First { get; private set; }

    public int Count { get; private set; }

    public readonly bool IsTree => _tree is not null;

    public readonly JavaHashEntry<TKey, TValue>? Find(int hash, TKey key, JavaHashKey<TKey> rules)
    {
        if (_tree is not null)
        {
            return _tree.Find(hash, key, rules);
        }

        for (var entry = First; entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash && rules.AreEqual(entry.Key, key))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Adds at the end of a plain chain.</summary>
    public void Append(JavaHashEntry<TKey, TValue> entry)
    {
        entry.Next = null;
        entry.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
        Count++;
    }

    /// <summary>Adds to a tree bucket: the chain takes the entry right behind its tree parent.</summary>
    public void Insert(JavaHashEntry<TKey, TValue> entry, JavaHashKey<TKey> rules)
    {
        var parent = _tree!.Attach(entry, rules)!;
        entry.Next = parent.Next;
        entry.Previous = parent;
        if (parent.Next is null)
        {
            _last = entry;
        }
        else
        {
            parent.Next.Previous = entry;
        }

        parent.Next = entry;
        Count++;
        _tree.BalanceAfterInsertion(entry);
        MoveRootToFront();
    }

    public void Treeify(JavaHashKey<TKey> rules)
    {
        _tree = new JavaHashTree<TKey, TValue>();
        for (var entry = First; entry is not null; entry = entry.Next)
        {
            entry.Left = null;
            entry.Right = null;
            _tree.Attach(entry, rules);
            _tree.BalanceAfterInsertion(entry);
        }

        MoveRootToFront();
    }

    public void Remove(JavaHashEntry<TKey, TValue> entry)
    {
        Unlink(entry);
        Count--;
        if (_tree is null)
        {
            return;
        }

        if (First is null || _tree.IsSmall)
        {
            _tree = null;
            return;
        }

        _tree.Remove(entry);
        MoveRootToFront();
    }

    /// <summary>Divides the keys over two buckets of a table of twice the size, each in the order they have here.</summary>
    public readonly (JavaHashBucket<TKey, TValue> Low, JavaHashBucket<TKey, TValue> High) Split(
        int bit, JavaHashKey<TKey> rules)
    {
        var low = default(JavaHashBucket<TKey, TValue>);
        var high = default(JavaHashBucket<TKey, TValue>);
        for (JavaHashEntry<TKey, TValue>? entry = First, next; entry is not null; entry = next)
        {
            next = entry.Next;
            if ((entry.Hash & bit) == 0)
            {
                low.Append(entry);
            }
            else
            {
                high.Append(entry);
            }
        }

        if (_tree is not null)
        {
            low.TakeTree(_tree, Count, rules);
            high.TakeTree(_tree, Count, rules);
        }

        return (low, high);
    }

    // A half that got every key keeps the tree as it is; any other large one gets a new tree.
    private void TakeTree(JavaHashTree<TKey, TValue> tree, int countBefore, JavaHashKey<TKey> rules)
    {
        if (Count <= ChainAgain)
        {
            return;
        }

        if (Count == countBefore)
        {
            _tree = tree;
        }
        else
        {
            Treeify(rules);
        }
    }

    private void MoveRootToFront()
    {
        var root = _tree!.Root!;
        if (root == First)
        {
            return;
        }

        Unlink(root);
        root.Next = First;
        root.Previous = null;
        if (First is null)
        {
            _last = root;
        }
        else
        {
            First.Previous = root;
        }

        First = root;
    }

    private void Unlink(JavaHashEntry<TKey, TValue> entry)
    {
        if (entry.Previous is null)
        {
            First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            _last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }
    }
}
