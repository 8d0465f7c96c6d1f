// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing;

/// <summary>
/// What a server's store holds, without what a running server keeps in it for itself: its locks, what it writes as lines of JSON,
/// and the file that the check of its health writes and removes again, now and then.
/// </summary>
public static class StoreFiles
{
    /// <summary>The paths, relative to the store.</summary>
    public static IReadOnlyList<string> Of(string store) =>
    [
        .. Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "lock" && Path.GetExtension(f) != ".jsonl")
            .Where(f => !IsOfAMoment(f))
            .Select(f => Path.GetRelativePath(store, f))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a file is one that may be gone before anybody has looked into it.</summary>
    public static bool IsOfAMoment(string path) => Path.GetFileName(path).StartsWith("health-", StringComparison.Ordinal);
}
