// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Addresses;

/// <summary>Turns the caller's paths into the server's and back.</summary>
internal sealed class ChrootMap(string chroot)
{
    public string ToServer(string path) => chroot.Length == 0 ? path : path == "/" ? chroot : chroot + path;

    public string ToCaller(string path)
    {
        if (chroot.Length == 0)
        {
            return path;
        }

        return path == chroot ? "/"
            : path.StartsWith(chroot, StringComparison.Ordinal) && path[chroot.Length] == '/' ? path[chroot.Length..]
            : path;
    }
}
