// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Heron.Core.Java;

/// <summary>
/// A map that is walked in the order in which OpenJDK's <c>HashMap</c> (Java 8 and later) is walked after the same
/// operations. The Java server lets that order decide much of a packing plan: which of two components of equal size
/// goes first, which instance is removed, how a stored plan is sorted. This map exists for that order only.
/// </summary>
/// <remarks>
/// The rules, from <c>HashMap</c>'s documented design: a power-of-two table that doubles when it is more than three quarters full;
/// the upper half of a hash code folded into the lower; new keys at the end of their bucket's chain; buckets that
/// split on growth keep their order. A bucket that gets its ninth key becomes a red-black tree (or the table grows while it has
/// fewer than 64 buckets): then a new key is chained behind its tree parent, and whichever key is the tree's root
/// moves to the front of the chain. Such crowded buckets are usual in plans, as task ids grow in even steps.
/// </remarks>
#pragma warning disable CA1710 // It is named after what it imitates.
public sealed class JavaHashMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
#pragma warning restore CA1710
{
    private const int DefaultTableSize = 16;
    private const int LargestTableSize = 1 << 30;
    private const int SmallestTableWithTrees = 64;
    private const int LongestChain = 8;

    private readonly JavaHashKey<TKey> _key;
    private JavaHashBucket<TKey, TValue>[] _table;

    /// <summary>An empty map.</summary>
    /// <param name="key">How keys hash and compare.</param>
    /// <param name="capacity">The initial capacity given to Java's constructor; rounded up to a power of two.</param>
    public JavaHashMap(JavaHashKey<TKey> key, int capacity = DefaultTableSize)
    {
        _key = key;
        _table = new JavaHashBucket<TKey, TValue>[TableSizeFor(capacity)];
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<TKey> Keys => Entries().Select(e => e.Key);

    /// <inheritdoc/>
    public IEnumerable<TValue> Values => Entries().Select(e => e.Value);

    /// <summary>Reads a value, or puts one: a known key keeps its place.</summary>
    public TValue this[TKey key]
    {
        get => Find(key) is { } entry ? entry.Value : throw new KeyNotFoundException($"no key {key}");
        set => Put(key, value);
    }

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => Find(key) is not null;

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var entry = Find(key);
        value = entry is null ? default : entry.Value;
        return entry is not null;
    }

    /// <summary>Adds a key unless it is there.</summary>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        if (ContainsKey(key))
        {
            return false;
        }

        Put(key, value);
        return true;
    }

    /// <summary>The first key from some bucket on that meets a condition; one must.</summary>
    /// <returns>The key and its bucket; buckets before it have no such key.</returns>
    public (TKey Key, int Bucket) FirstFrom(int bucket, Func<TKey, bool> condition)
    {
        for (var at = bucket; at < _table.Length; at++)
        {
            for (var entry = _table[at].First; entry is not null; entry = entry.Next)
            {
                if (condition(entry.Key))
                {
                    return (entry.Key, at);
                }
            }
        }

        throw new KeyNotFoundException("no such key");
    }

    /// <summary>Takes a key out.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(TKey key)
    {
        if (Find(key) is not { } entry)
        {
            return false;
        }

        _table[IndexOf(entry.Hash)].Remove(entry);
        Count--;
        return true;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() =>
        Entries().Select(e => KeyValuePair.Create(e.Key, e.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int Spread(int hash) => hash ^ (hash >>> 16);

    private static int TableSizeFor(int capacity)
    {
        var size = 1;
        while (size < capacity && size < LargestTableSize)
        {
            size <<= 1;
        }

        return size;
    }

    private int IndexOf(int hash) => hash & (_table.Length - 1);

    private IEnumerable<JavaHashEntry<TKey, TValue>> Entries()
    {
        foreach (var bucket in _table)
        {
            for (var entry = bucket.First; entry is not null; entry = entry.Next)
            {
                yield return entry;
            }
        }
    }

    private JavaHashEntry<TKey, TValue>? Find(TKey key)
    {
        var hash = Spread(_key.Hash(key));
        return _table[IndexOf(hash)].Find(hash, key, _key);
    }

    private void Put(TKey key, TValue value)
    {
        var hash = Spread(_key.Hash(key));
        ref var bucket = ref _table[IndexOf(hash)];
        if (bucket.Find(hash, key, _key) is { } known)
        {
            known.Value = value;
            return;
        }

        var entry = new JavaHashEntry<TKey, TValue>(hash, key, value);
        if (bucket.IsTree)
        {
            bucket.Insert(entry, _key);
        }
        else
        {
            bucket.Append(entry);
            if (bucket.Count > LongestChain)
            {
                if (_table.Length < SmallestTableWithTrees)
                {
                    Grow();
                }
                else
                {
                    bucket.Treeify(_key);
                }
            }
        }

        Count++;
        if (Count > (long)_table.Length * 3 / 4)
        {
            Grow();
        }
    }

    private void Grow()
    {
        if (_table.Length >= LargestTableSize)
        {
            return;
        }

        var old = _table;
        _table = new JavaHashBucket<TKey, TValue>[old.Length * 2];
        for (var i = 0; i < old.Length; i++)
        {
            if (old[i].First is not null)
            {
                (_table[i], _table[i + old.Length]) = old[i].Split(old.Length, _key);
            }
        }
    }
}
