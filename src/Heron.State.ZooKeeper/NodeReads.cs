// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>A node as it was read.</summary>
/// <param name="Stat">What the server knows of it; null when there is none.</param>
/// <param name="Content">What it holds.</param>
internal readonly record struct ReadNode(NodeStat? Stat, NodeContent Content);

/// <summary>
/// Reading nodes that may hold anything. A node above the frame limit is asked for its size first: its answer would cost the
/// connection, and with it every call of everybody.
/// </summary>
internal static class NodeReads
{
    /// <summary>Header, length and stat of an answer, generously.</summary>
    private const int AnswerOverhead = 256;

    /// <summary>The most bytes that a node may hold for a client to read it.</summary>
    public static int Limit(ZooKeeperClient client) => client.Options.MaxFrameBytes - AnswerOverhead;

    /// <summary>Reads a node, whatever is in it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Fires with the first change after this, also when the node comes to be.</param>
    /// <param name="timeout">How long both steps may take together, about.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async Task<ReadNode> ReadAsync(
        ZooKeeperClient client, string path, NodeWatch? watch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var stat = await client.ExistsAsync(path, watch, timeout, cancellationToken).ConfigureAwait(false);
        if (stat is null)
        {
            return new ReadNode(null, NodeContent.None);
        }

        if (stat.DataLength > Limit(client))
        {
            return new ReadNode(stat, NodeContent.Huge(stat.DataLength, Limit(client)));
        }

        try
        {
            var node = await client.TryGetDataAsync(path, null, timeout, cancellationToken).ConfigureAwait(false);
            return node is null ? new ReadNode(null, NodeContent.None) : new ReadNode(node.Stat, new NodeContent(node.Data));
        }
        catch (ZooKeeperServerException e) when (e.Code == ErrorCode.NoAuth)
        {
            return new ReadNode(stat, new NodeContent(null, "may not be read by this server, its access does not allow it"));
        }
    }
}
