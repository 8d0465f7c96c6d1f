// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Storage;

/// <summary>Several names of one file.</summary>
public static class HardLink
{
    private const int NotPermitted = 1;
    private const int OtherDevice = 18;
    private const int TooManyLinks = 31;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <summary>Gives a file a second name, unless that name is taken.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot have one; see <see cref="IsRefused"/>.</exception>
    public static bool TryCreate(string existing, string name) => Posix.TryLink(existing, name);

    /// <summary>Whether a fault says that the file system has no hard links, or no more of them for this file.</summary>
    public static bool IsRefused(IOException fault) =>
        fault.HResult is NotPermitted or OtherDevice or TooManyLinks or NotImplemented or NotSupported;

    /// <summary>How many names a file has; 0 when it is not there.</summary>
    public static int CountOf(string path) => Posix.CountLinks(path);
}
