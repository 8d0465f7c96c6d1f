// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Heron.ApiServer.Client;

/// <summary>
/// Whoever reads standard output, as <c>head</c> does in <c>heron-apiserver events --follow | head -1</c>. That it has left no write tells:
/// the framework's console takes a broken pipe for a success, and while nothing happens nothing is written.
/// </summary>
internal static class OutputReader
{
    private const int StandardOutput = 1;
    private const short Error = 8;
    private const short HangUp = 16;
    private const int Interrupted = 4;

    /// <summary>Is cancelled when the reader has left; never where output goes to a file or a terminal.</summary>
    public static CancellationToken Gone()
    {
        // Neither is ever disposed of: they last as long as the process.
        var gone = new CancellationTokenSource();
        new Thread(() => Wait(gone)) { IsBackground = true, Name = nameof(OutputReader) }.Start();
        return gone.Token;
    }

    // Asks for nothing, for what is told nevertheless is all that matters here: an error, or a hang-up.
    private static void Wait(CancellationTokenSource gone)
    {
        var asked = new Asked { Descriptor = StandardOutput };
        int told;
        do
        {
            told = poll(ref asked, 1, -1);
        }
        while (told < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        if (told > 0 && (asked.Told & (Error | HangUp)) != 0)
        {
            gone.Cancel();
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Asked
    {
        public int Descriptor;
        public short Events;
        public short Told;
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in the whole project, for one call with integers.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref Asked asked, nuint count, int milliseconds);
#pragma warning restore SYSLIB1054
}
