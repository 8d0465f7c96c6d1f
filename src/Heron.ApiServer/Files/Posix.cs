using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Heron.ApiServer.Files;

/// <summary>Opening a file as .NET cannot: without following a link, and without waiting for a pipe.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoEntry = 2;
    private const int TooManyLinks = 40;

    // This flag differs between processor families.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    /// <summary>
    /// Opens a file for reading, or gives null when there is none. A symbolic link as the last part of the path counts
    /// as none, and a pipe planted there does not hold the caller up.
    /// </summary>
    public static SafeFileHandle? OpenRegularFile(string path)
    {
        var descriptor = Open(path, ReadOnly | NoFollow | NonBlocking | CloseOnExec);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoEntry or TooManyLinks
                ? null
                : throw new IOException($"cannot open {path}: {new Win32Exception(error).Message}", error);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
