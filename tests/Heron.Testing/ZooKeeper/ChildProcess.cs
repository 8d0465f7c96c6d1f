// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Heron.Testing.ZooKeeper;

/// <summary>
/// A program that dies with the test run, even when that is killed: a shell between us waits for our end of a pipe and then
/// kills the program.
/// </summary>
public sealed partial class ChildProcess : IDisposable
{
    public const int SigKill = 9;
    public const int SigCont = 18;
    public const int SigStop = 19;

    private const string Guard = "log=$1; shift; \"$@\" </dev/null >>\"$log\" 2>&1 & p=$!; exec 2>/dev/null; echo $p; cat >/dev/null; kill -9 $p 2>/dev/null; wait $p";

    private readonly Process _guard;

    private ChildProcess(Process guard, int pid)
    {
        _guard = guard;
        Pid = pid;
    }

    public int Pid { get; }

    public static ChildProcess Start(string logFile, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in new[] { "-c", Guard, "guard", logFile }.Concat(command))
        {
            start.ArgumentList.Add(argument);
        }

        Process guard = Process.Start(start)!;
        return new ChildProcess(guard, int.Parse(guard.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
    }

    public void Signal(int signal)
    {
        if (Kill(Pid, signal) != 0)
        {
            throw new InvalidOperationException($"kill -{signal} {Pid} failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Whether the program has ended; its guard keeps what is left of it until this is disposed.</summary>
    public bool HasEnded => State is 'Z' or 'X';

    /// <summary>Whether a <see cref="SigStop"/> has had its effect, which comes a moment after the signal.</summary>
    public bool IsStopped => State is 'T';

    private char State
    {
        get
        {
            try
            {
                string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/stat"));
                return stat[stat.LastIndexOf(')') + 2];
            }
            catch (IOException)
            {
                return 'X';
            }
        }
    }

    /// <summary>Kills the program, paused or not, and waits for its end.</summary>
    public void Dispose()
    {
        if (!_guard.HasExited)
        {
            _guard.StandardInput.Close();
            _guard.WaitForExit(Poll.Limit);
        }

        _guard.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
