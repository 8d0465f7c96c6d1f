// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Scheduling;

/// <summary>One port of a container.</summary>
/// <param name="Flag">The executor's flag, without dashes in front.</param>
/// <param name="Label">
/// The scheduler's name for the port, of letters, digits and <c>_</c>: the container finds the number in
/// <c>NOMAD_PORT_LABEL</c>.
/// </param>
public sealed record ExecutorPort(string Flag, string Label)
{
    /// <summary>Label of the port on which the Prometheus sink of a container listens.</summary>
    public const string MetricsLabel = "metrics_port";

    /// <summary>Label of the port on which a container's shell listens.</summary>
    public const string ShellLabel = "shell_port";

    /// <summary>The environment variable with the port's number.</summary>
    public string Variable => VariableOf(Label);

    /// <summary>The environment variable with the number of the port of a label.</summary>
    public static string VariableOf(string label) => "NOMAD_PORT_" + label;
}
