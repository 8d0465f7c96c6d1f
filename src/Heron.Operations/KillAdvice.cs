// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations;

/// <summary>Says how a topology is killed, for messages to whoever may want to.</summary>
internal static class KillAdvice
{
    /// <summary>For example <c>DELETE /api/v1/topologies/nomad/ads/devel/words, or heron kill nomad/ads/devel words</c>.</summary>
    public static string Of(TopologyAddress address)
    {
        var path = string.Join('/', new[] { address.Cluster, address.Role, address.Environment, address.Name }.Select(Uri.EscapeDataString));
        var place = address.Environment.Length == 0 ? $"{address.Cluster}/{address.Role}" : $"{address.Cluster}/{address.Role}/{address.Environment}";
        return $"DELETE /api/v1/topologies/{path}, or heron kill {place} {address.Name}";
    }
}
