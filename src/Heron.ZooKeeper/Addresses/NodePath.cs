// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper;

/// <summary>The rules for node paths, as ZooKeeper's own <c>PathUtils</c> has them.</summary>
public static class NodePath
{
    /// <summary>Refuses a path that ZooKeeper would refuse, before it is sent.</summary>
    /// <param name="path">The path.</param>
    /// <param name="sequential">Whether digits will be appended, which makes a trailing slash legal.</param>
    /// <exception cref="ArgumentException">The path is not valid; the message says why.</exception>
    public static void Validate(string path, bool sequential = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path[0] != '/')
        {
            throw Bad(path, "it must begin with a slash");
        }

        if (path.Length == 1)
        {
            return;
        }

        if (path[^1] == '/' && !sequential)
        {
            throw Bad(path, "it must not end with a slash");
        }

        int start = 1;
        for (int i = 1; i <= path.Length; i++)
        {
            if (i == path.Length || path[i] == '/')
            {
                ReadOnlySpan<char> name = path.AsSpan(start, i - start);
                bool last = i == path.Length;
                if (name.IsEmpty && !(last && sequential))
                {
                    throw Bad(path, "it has an empty name");
                }

                if (name is "." or ".." && !(last && sequential))
                {
                    throw Bad(path, "it has a relative name");
                }

                start = i + 1;
            }
            else if (IsForbidden(path[i]))
            {
                throw Bad(path, $"the character at {i} (U+{(int)path[i]:X4}) is not allowed");
            }
        }
    }

    /// <summary>Joins a parent's path and a child's name.</summary>
    /// <param name="parent">A path.</param>
    /// <param name="name">A name without slashes.</param>
    /// <returns>The child's path.</returns>
    public static string Join(string parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent.EndsWith('/') ? parent + name : $"{parent}/{name}";
    }

    /// <summary>The path of a node's parent.</summary>
    /// <param name="path">A path other than the root.</param>
    /// <returns>The parent's path, <c>/</c> for nodes of the first level.</returns>
    public static string Parent(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    /// <summary>The last name of a path.</summary>
    /// <param name="path">A path.</param>
    /// <returns>What stands behind the last slash.</returns>
    public static string Name(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path[(path.LastIndexOf('/') + 1)..];
    }

    /// <summary>Whether a node can have this name; what a server sends is only believed when it can be.</summary>
    internal static bool IsName(string name) =>
        name is not ("" or "." or "..") && !name.AsSpan().Contains('/') && !name.Any(IsForbidden);

    /// <summary>Whether a node can have this path; the same for what a server sends as a path.</summary>
    internal static bool IsPath(string path) => path == "/" || (path.StartsWith('/') && path[1..].Split('/').All(IsName));

    private static bool IsForbidden(char c) =>
        c is <= '\u001f' or (>= '\u007f' and <= '\u009f') or (>= '\ud800' and <= '\uf8ff') or >= '\ufff0';

    private static ArgumentException Bad(string path, string why) => new($"'{Printable.Text(path)}' is not a node path: {why}.", nameof(path));
}
