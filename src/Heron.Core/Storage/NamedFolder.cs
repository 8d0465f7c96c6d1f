// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Storage;

/// <summary>Folders that the configuration names.</summary>
public static class NamedFolder
{
    /// <summary>Makes a folder, with those above it, where it is missing.</summary>
    /// <param name="path">Which.</param>
    /// <param name="what">What it is for and which setting names it, for the message.</param>
    /// <param name="mode">Who may do what in a folder that is made; null for what is usual.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: it cannot be made there.</exception>
    public static void Make(string path, string what, UnixFileMode? mode = null)
    {
        try
        {
            if (mode is { } restricted && !OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path, restricted);
            }
            else
            {
                Directory.CreateDirectory(path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"{what}: the folder {path} cannot be made: {fault.Message}", fault);
        }
    }
}
