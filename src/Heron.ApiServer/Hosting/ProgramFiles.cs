// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using Heron.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Lets the server live with what becomes of its own files. Removed or renamed away, they are needed no more: everything is loaded
/// soon after the start. Written over in place, as <c>cp -r</c> does, they would change under the running code, which ends in a
/// crash: the kernel is asked to hold such a writer until the server has ended in good order.
/// </summary>
/// <remarks>
/// The kernel does the same by itself for a program in one file, which a published one is. Holding writers needs files of this
/// account's own (or root) on a file system that knows leases; elsewhere nothing is held.
/// </remarks>
internal sealed partial class ProgramFiles(IHostApplicationLifetime lifetime, ILogger logger) : IDisposable
{
    // Linux' number; the kernel's word that somebody wants to write.
    private const PosixSignal LeaseBroken = (PosixSignal)29;

    private readonly List<SafeFileHandle> _held = [];
    private PosixSignalRegistration? _registration;
    private int _isReplaced;

    /// <summary>Whether the server ends because somebody writes over its files.</summary>
    public bool AreReplaced => _isReplaced != 0;

    /// <summary>Asks the kernel to hold writers.</summary>
    public void Hold()
    {
        if (OperatingSystem.IsLinux())
        {
            _registration = PosixSignalRegistration.Create(LeaseBroken, OnWriter);
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
            {
                Hold(file);
            }
        }
    }

    /// <summary>Begins to load all that the program refers to. A start that waits for the same files goes before it.</summary>
    public void BeginToLoad() => _ = Task.Run(LoadAll);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The files are let go by the end of the process alone: until then their code runs.
        _registration?.Dispose();
    }

    private void Hold(string file)
    {
        try
        {
#pragma warning disable CA2000 // Held until the process ends.
            if (Posix.OpenForReading(file, followLink: true) is { } handle)
#pragma warning restore CA2000
            {
                Posix.TryLease(handle);
                _held.Add(handle);
            }
        }
        catch (IOException fault)
        {
            Log.NotHeld(logger, file, fault.Message);
        }
    }

    private void OnWriter(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _isReplaced, 1) == 0)
        {
            Log.Replaced(logger, AppContext.BaseDirectory);
            lifetime.StopApplication();
        }
    }

    /// <summary>All that the program refers to, so that nothing is looked for in its folder later.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What is left out of the program is not looked for later, either.")]
    private void LoadAll()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<Assembly>([typeof(ProgramFiles).Assembly]);
        while (open.TryDequeue(out var assembly))
        {
            foreach (var name in assembly.GetReferencedAssemblies().Where(name => seen.Add(name.FullName)))
            {
                try
                {
                    open.Enqueue(Assembly.Load(name));
                }
                catch (Exception fault) when (fault is IOException or BadImageFormatException)
                {
                    // Referred to by code that is never run here.
                    Log.NotLoaded(logger, name.FullName, fault.Message);
                }
            }
        }

        Log.Loaded(logger, seen.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "somebody writes over the files of this program in {Folder} while it runs: the server ends in good order; start it again")]
        public static partial void Replaced(ILogger logger, string folder);

        [LoggerMessage(Level = LogLevel.Debug, Message = "everything is loaded: {Count} assemblies")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{File} cannot be held: {Reason}")]
        public static partial void NotHeld(ILogger logger, string file, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Assembly} cannot be loaded: {Reason}")]
        public static partial void NotLoaded(ILogger logger, string assembly, string reason);
    }
}
