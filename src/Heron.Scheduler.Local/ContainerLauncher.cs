// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Heron.Core;
using Heron.Core.Scheduling;

namespace Heron.Scheduler.Local;

/// <summary>Starts the process of a container, in a session and process group of its own.</summary>
internal sealed class ContainerLauncher(FreePorts ports)
{
    /// <summary>A log longer than this is put aside when its container is started.</summary>
    internal const long MaxLogBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Of the server's own surroundings: another task's ports and tokens, and what a service manager tells its service, are
    /// none of the container's business.
    /// </summary>
    private static readonly string[] Withheld =
    [
        "NOMAD_", "HERON_", "ASPNETCORE_", "METRICS_PORT_FILE", "CONSUL_TOKEN", "CONSUL_HTTP_TOKEN", "VAULT_TOKEN",
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "WATCHDOG_", "CREDENTIALS_DIRECTORY",
    ];

    /// <summary>Settings of the start script that an operator gives all containers through the server.</summary>
    private static readonly string[] PassedOn = ["HERON_DOWNLOAD_RETRY_PAUSE", "HERON_OLD_CONTAINER_WAIT"];

    /// <summary>Starts a container.</summary>
    /// <returns>The process, which is its own group's leader.</returns>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/> when this machine cannot start it.</exception>
    public Process Start(TopologySpec spec, TopologyFolder folder, int containerId)
    {
        var mark = ContainerMark.Of(folder, containerId);
        var name = spec.FolderOf(containerId);
        Directory.CreateDirectory(spec.WorkingDirectory);
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = folder.Path };
        foreach (var argument in new[]
        {
            "/bin/sh", folder.LaunchScriptPath, folder.LockPath(containerId), folder.PidPath(containerId),
            Log(name + ".stdout"), Log(name + ".stderr"), folder.StartScriptPath,
        })
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var variable in start.Environment.Keys.Where(IsWithheld).ToList())
        {
            start.Environment.Remove(variable);
        }

        foreach (var (variable, value) in spec.Variables)
        {
            start.Environment[variable] = value;
        }

        start.Environment[StartScript.WorkingDirectoryVariable] = name;
        start.Environment[StartScript.ExecutorCommandFileVariable] = folder.CommandPath;
        start.Environment[StartScript.IndexVariable] = containerId.ToString(CultureInfo.InvariantCulture);
        start.Environment[ContainerMark.Variable] = mark;
        var taken = ports.Take(mark, spec.PortLabels.Count + (containerId == 0 ? 0 : spec.DebuggerPorts));
        foreach (var (label, port) in spec.PortLabels.Zip(taken))
        {
            start.Environment[ExecutorPort.VariableOf(label)] = port.ToString(CultureInfo.InvariantCulture);
        }

        start.Environment[TopologySpec.DebuggerPortsVariable] = string.Join(',', taken.Skip(spec.PortLabels.Count));

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new HeronException(
                FaultKind.Unavailable, $"the container {mark} cannot be started (setsid, of the package util-linux): {fault.Message}", fault);
        }
    }

    /// <summary>Learns the ports of a container that an earlier server started.</summary>
    public void Adopt(TopologySpec spec, TopologyFolder folder, int containerId, ProcessIdentity process) => ports.Keep(
        ContainerMark.Of(folder, containerId),
        spec.PortLabels
            .Select(label => ProcessTable.EnvironmentOf(process.Pid, ExecutorPort.VariableOf(label)))
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0));

    /// <summary>A container's ports by label.</summary>
    public IReadOnlyDictionary<string, int> PortsOf(TopologySpec spec, TopologyFolder folder, int containerId) =>
        spec.PortLabels.Zip(ports.Of(ContainerMark.Of(folder, containerId)))
            .Where(given => given.Second > 0)
            .ToDictionary(given => given.First, given => given.Second, StringComparer.Ordinal);

    /// <summary>Gives a container's ports back.</summary>
    public void Release(TopologyFolder folder, int containerId) => ports.Release(ContainerMark.Of(folder, containerId));

    private static bool IsWithheld(string variable) =>
        Withheld.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal)) && !PassedOn.Contains(variable);

    /// <summary>The file of an output. One that cannot be put aside is gone on with: no container waits for that.</summary>
    internal static string Log(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxLogBytes })
        {
            try
            {
                File.Move(path, path + ".1", overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return path;
            }
        }

        return path;
    }
}
