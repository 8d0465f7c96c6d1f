// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Java;

/// <summary>A key with its value, its place in the bucket's chain and, in a crowded bucket, in the tree.</summary>
internal sealed class JavaHashEntry<TKey, TValue>(int hash, TKey key, TValue value)
{
    public int Hash { get; } = hash;

    public TKey Key { get; } = key;

    public TValue Value { get; set; } = value;

    public JavaHashEntry<TKey, TValue>? Next { get; set; }

    public JavaHashEntry<TKey, TValue>? Previous { get; set; }

    public JavaHashEntry<TKey, TValue>? Parent { get; set; }

    public JavaHashEntry<TKey, TValue>? Left { get; set; }

    public JavaHashEntry<TKey, TValue>? Right { get; set; }

    public bool IsRed { get; set; }
}
