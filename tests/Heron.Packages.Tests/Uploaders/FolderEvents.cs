// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Heron.Packages.Tests.Uploaders;

/// <summary>What happens in a folder, as Linux tells it in order: renames, and that the folder itself is opened.</summary>
internal sealed class FolderEvents : IDisposable
{
    private const int NonBlocking = 0x800;
    private const uint Opened = 0x20;
    private const uint MovedTo = 0x80;
    private const uint IsFolder = 0x40000000;
    private const int HeaderBytes = 16;

    private readonly SafeFileHandle _events;

    public FolderEvents(string folder)
    {
        _events = new SafeFileHandle(Checked(inotify_init1(NonBlocking)), ownsHandle: true);
        Checked(inotify_add_watch(_events, Encoding.UTF8.GetBytes(folder + '\0'), Opened | MovedTo));
    }

    /// <summary>What has happened so far: <c>renamed NAME</c> and <c>folder opened</c>.</summary>
    public IReadOnlyList<string> Take()
    {
        var buffer = new byte[64 * 1024];
        var length = Checked((int)read(_events, buffer, buffer.Length));
        var found = new List<string>();
        for (var at = 0; at < length;)
        {
            var mask = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(at + 4));
            var nameBytes = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12));
            var name = Encoding.UTF8.GetString(buffer, at + HeaderBytes, nameBytes).TrimEnd('\0');
            if ((mask & MovedTo) != 0)
            {
                found.Add("renamed " + name);
            }
            else if ((mask & IsFolder) != 0 && name.Length == 0)
            {
                found.Add("folder opened");
            }

            at += HeaderBytes + nameBytes;
        }

        return found;
    }

    public void Dispose() => _events.Dispose();

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [DllImport("libc", SetLastError = true)]
    private static extern int inotify_init1(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int inotify_add_watch(SafeFileHandle events, byte[] path, uint mask);

    [DllImport("libc", SetLastError = true)]
    private static extern nint read(SafeFileHandle file, byte[] buffer, nint count);
}
