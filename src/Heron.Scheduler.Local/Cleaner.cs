// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Heron.Core.Scheduling;
using Heron.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Local;

/// <summary>
/// Tidies up behind containers that ended for good, by the start script of this server: that of an earlier one, which lies
/// beside its topologies, may know only how to start.
/// </summary>
internal sealed partial class Cleaner(string state, LocalSchedulerSettings settings, ILogger logger)
{
    private string ScriptPath => Path.Join(state, "clean-" + StartScript.FileName);

    /// <summary>Puts the script where it is run from.</summary>
    public void Prepare() => DurableFile.Write(ScriptPath, ScriptPath + ".part", Encoding.UTF8.GetBytes(StartScript.Text));

    /// <summary>Leaves only the logs in a container's folder. What cannot be removed is told, and hinders nobody.</summary>
    public Task CleanAsync(TopologySpec spec, int containerId, CancellationToken cancellationToken) =>
        RunAsync(StartScript.CleanStep, spec.FolderOf(containerId), containerId, cancellationToken);

    /// <summary>Removes the logs that were kept long enough.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) => settings.Keeping.Root is { } root
        ? RunAsync(StartScript.SweepStep, Path.Join(root, "none"), 0, cancellationToken)
        : Task.CompletedTask;

    private async Task RunAsync(string step, string folder, int containerId, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", [ScriptPath, step]) { RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment[StartScript.WorkingDirectoryVariable] = folder;
        start.Environment[StartScript.IndexVariable] = containerId.ToString(CultureInfo.InvariantCulture);
        foreach (var (variable, value) in StartScript.KeepingVariables(settings.Keeping))
        {
            start.Environment[variable] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                LogNotCleaned(folder, LastWords.Of(errors) ?? new Core.Scheduling.ContainerExit(process.ExitCode, null, false, null).ToWords());
            }
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            LogNotCleaned(folder, fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The folder {Folder} of a container that ended is not tidied up: {Reason}")]
    private partial void LogNotCleaned(string folder, string reason);
}
