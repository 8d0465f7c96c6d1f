using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Heron.Scheduler.Local;

/// <summary>Files that are whole or not there, also after a power cut.</summary>
internal static class Durable
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Writes beside the file, flushes to disk, and renames.</summary>
    public static void Write(string path, byte[] bytes)
    {
        var part = path + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Flushes the names in a folder to disk.</summary>
    public static void FlushFolder(string path)
    {
        using var handle = new SafeFileHandle(open(Encoding.UTF8.GetBytes(path + '\0'), CloseOnExec, 0), ownsHandle: true);
        if (handle.IsInvalid || fsync(handle) != 0)
        {
            throw new IOException($"could not flush '{path}' to disk: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for two calls with bytes and integers.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags, int mode);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle descriptor);
#pragma warning restore SYSLIB1054
}
