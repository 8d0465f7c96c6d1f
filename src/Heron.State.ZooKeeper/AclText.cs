// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Parts;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>Access control lists as one setting: <c>world:anyone:r,digest:heron:HASH:crwda</c>.</summary>
internal static class AclText
{
    public static IReadOnlyList<Acl> Parse(string text, Findings findings) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(entry => findings.Try(() => ParseEntry(entry)))
            .OfType<Acl>()];

    private static Acl ParseEntry(string entry)
    {
        // An id may hold colons itself, as a digest's does.
        int scheme = entry.IndexOf(':', StringComparison.Ordinal);
        int permissions = entry.LastIndexOf(':');
        if (scheme <= 0 || permissions <= scheme || permissions == entry.Length - 1)
        {
            throw Wrong(entry);
        }

        var allowed = Permissions.None;
        foreach (char letter in entry[(permissions + 1)..])
        {
            allowed |= letter switch
            {
                'r' => Permissions.Read,
                'w' => Permissions.Write,
                'c' => Permissions.Create,
                'd' => Permissions.Delete,
                'a' => Permissions.Admin,
                _ => throw Wrong(entry),
            };
        }

        return new Acl(allowed, entry[..scheme], entry[(scheme + 1)..permissions]);
    }

    private static HeronException Wrong(string entry) => new(
        FaultKind.Invalid,
        $"{ZooKeeperStateKeys.Acl}: '{entry}' is not of the form scheme:id:permissions, such as world:anyone:crwda");
}
