// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Topologies;

namespace Heron.Scheduler.Local;

/// <summary>
/// Everything that starts the containers of one topology, kept on disk so that a server started later can start, scale
/// and end them without the submission.
/// </summary>
/// <param name="Topology">Whose containers.</param>
/// <param name="WorkingDirectory">Absolute; a container runs in <c>container-N</c> below it.</param>
/// <param name="PortLabels">The ports that every container gets, as <c>NOMAD_PORT_LABEL</c>.</param>
/// <param name="Variables">Environment of the start script, the same for all containers.</param>
/// <param name="DebuggerPorts">
/// How many debugger ports a container of the plan gets: one for each instance of the fullest container when the
/// definition asks for remote debugging, else none.
/// </param>
/// <param name="ExecutorCommand">The executor's command line for a shell; the container's number is open in it.</param>
internal sealed record TopologySpec(
    TopologyIdentity Topology,
    string WorkingDirectory,
    IReadOnlyList<string> PortLabels,
    IReadOnlyDictionary<string, string> Variables,
    int DebuggerPorts,
    string ExecutorCommand)
{
    /// <summary>The folder that a container runs in; beside it are its outputs, with <c>.stdout</c> and <c>.stderr</c> behind.</summary>
    public string FolderOf(int containerId) =>
        Path.Join(WorkingDirectory, string.Create(CultureInfo.InvariantCulture, $"container-{containerId}"));

    /// <summary>Environment variable with the container's debugger ports, separated by commas; container 0 has none.</summary>
    public const string DebuggerPortsVariable = "HERON_DEBUGGER_PORTS";
}
