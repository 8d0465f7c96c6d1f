// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Xunit.Runner.InProc.SystemConsole;

namespace Heron.Testing;

/// <summary>
/// Ends a test process the moment its work is done. xUnit's own entry point leaves the end to the runtime and, when that
/// takes longer than a second, writes a line about it behind what it was asked for: <c>dotnet test</c> then cannot read the
/// description of the assembly and counts the whole project as failed, as it did on busy machines.
/// </summary>
internal static class EntryPoint
{
    public static int Main(string[] arguments)
    {
        int status = ConsoleRunner.Run(arguments).GetAwaiter().GetResult();
        Console.Out.Flush();
        Console.Error.Flush();
        Exit(status);
        return status;
    }

#pragma warning disable SYSLIB1054 // Generated marshalling would need unsafe code in every test project, for one integer.
    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int status);
#pragma warning restore SYSLIB1054
}
