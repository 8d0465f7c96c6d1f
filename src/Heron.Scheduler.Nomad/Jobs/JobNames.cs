// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>Names of jobs and of what belongs to them.</summary>
internal static class JobNames
{
    public const string MetaTopologyName = "topology.name";
    public const string MetaTopologyId = "topology.id";
    public const string MetaContainerIndex = "container.index";
    public const string MetaCluster = "topology.cluster";
    public const string MetaRole = "topology.role";
    public const string MetaEnvironment = "topology.environment";

    /// <summary>Changed to restart a container: a changed job replaces its task, the old one ending first.</summary>
    public const string MetaRestart = "heron.restart";

    /// <summary><c>plan</c> when the disk of the packing plan is reserved.</summary>
    public const string MetaDisk = "heron.disk";

    /// <summary>Unique to one submission: tells our own registration, whose answer was lost, from another.</summary>
    public const string MetaSubmission = "heron.submission";

    private const string ServicePrefix = "metrics-heron-";
    private const int LongestServiceName = 63;

    /// <summary>Job id from the topology id, job name from the topology name.</summary>
    public static string Of(string topology, int container) =>
        string.Create(CultureInfo.InvariantCulture, $"{topology}-{container}");

    /// <summary>What all job ids of a topology begin with. The dash matters: T1 is also the beginning of T10-0.</summary>
    public static string Prefix(string topologyId) => topologyId + "-";

    /// <summary>The container whose job has this id; null when the id is not that of a container of the topology.</summary>
    public static int? ContainerOf(string jobId, string topologyId)
    {
        var prefix = Prefix(topologyId);
        if (!jobId.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var digits = jobId.AsSpan(prefix.Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var container)
            && (digits.Length == 1 || digits[0] != '0')
                ? container
                : null;
    }

    /// <summary>
    /// A service name as RFC 1123 wants it, which Nomad and Consul insist on: other characters become dashes, and what is
    /// too long is cut, with a hash in its place so that it stays unique.
    /// </summary>
    public static string MetricsService(string topologyName, int container)
    {
        var index = "-" + container.ToString(CultureInfo.InvariantCulture);
        var name = string.Concat(topologyName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var room = LongestServiceName - ServicePrefix.Length - index.Length;
        if (name.Length > room)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(topologyName)))[..8];
            name = name[..(room - hash.Length - 1)] + "-" + hash;
        }

        return ServicePrefix + name + index;
    }
}
