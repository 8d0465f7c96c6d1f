// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Watches;

namespace Heron.ZooKeeper;

/// <content>
/// Calls that change nothing. When the connection is lost before the answer, they are sent again until their deadline, unless
/// <see cref="ZooKeeperOptions.RetryReads"/> is off.
/// </content>
public sealed partial class ZooKeeperClient
{
    /// <summary>Asks whether a node exists.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Fires when the node is created, deleted or its data set.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The node's state, or <see langword="null"/> when it does not exist.</returns>
    public Task<NodeStat?> ExistsAsync(string path, NodeWatch? watch = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        return AskAsync(path, _session.Paths.ToServer(path), watch, timeout, cancellationToken);
    }

    /// <summary>Asks for a path that the chroot is not put before.</summary>
    internal Task<NodeStat?> ExistsAboveChrootAsync(string serverPath, TimeSpan timeout, CancellationToken cancellationToken) =>
        AskAsync(serverPath, serverPath, null, timeout, cancellationToken);

    private Task<NodeStat?> AskAsync(string path, string server, NodeWatch? watch, TimeSpan? timeout, CancellationToken cancellationToken) =>
        ReadAsync(
            () => new Request<NodeStat?>(
                OpCode.Exists,
                path,
                PathAndWatch(OpCode.Exists, server, watch),
                static (ErrorCode error, ref JuteReader body) => error == ErrorCode.NoNode ? null : body.Stat())
            {
                Tolerated = ErrorCode.NoNode,
                Answered = watch is null ? null : error => _session.Watches.Add(error == ErrorCode.Ok ? WatchKind.Data : WatchKind.Exists, server, watch),
            },
            timeout,
            cancellationToken);

    /// <summary>Reads a node's data.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Fires when the node is deleted or its data set.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Data and state.</returns>
    public Task<NodeData> GetDataAsync(string path, NodeWatch? watch = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(path, watch, ErrorCode.Ok, timeout, cancellationToken)!;

    /// <summary>Reads a node's data if the node exists.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Fires when the node is deleted or its data set; not set when the node does not exist.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Data and state, or <see langword="null"/> when the node does not exist.</returns>
    public Task<NodeData?> TryGetDataAsync(string path, NodeWatch? watch = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(path, watch, ErrorCode.NoNode, timeout, cancellationToken);

    /// <summary>Lists a node's children.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="watch">Fires when the node is deleted or a child is created or deleted.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Names and the node's state.</returns>
    public Task<NodeChildren> GetChildrenAsync(string path, NodeWatch? watch = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        string server = _session.Paths.ToServer(path);
        return ReadAsync(
            () => new Request<NodeChildren>(
                OpCode.GetChildren2,
                path,
                PathAndWatch(OpCode.GetChildren2, server, watch),
                static (ErrorCode _, ref JuteReader body) =>
                {
                    string[] names = body.Strings();
                    if (!names.All(NodePath.IsName))
                    {
                        throw new ZooKeeperProtocolException("the server's answer names children that no node can have");
                    }

                    return new NodeChildren(names, body.Stat());
                })
            {
                Answered = watch is null ? null : _ => _session.Watches.Add(WatchKind.Children, server, watch),
            },
            timeout,
            cancellationToken);
    }

    /// <summary>Reads a node's access control list.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The list and the node's state.</returns>
    public Task<NodeAcl> GetAclAsync(string path, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        return ReadAsync(
            () =>
            {
                JuteWriter writer = Begin(OpCode.GetAcl);
                writer.String(_session.Paths.ToServer(path));
                return new Request<NodeAcl>(OpCode.GetAcl, path, writer.Finish(), static (ErrorCode _, ref JuteReader body) =>
                {
                    Acl[] entries = body.Acls();
                    return new NodeAcl(entries, body.Stat());
                });
            },
            timeout,
            cancellationToken);
    }

    private Task<NodeData?> GetAsync(string path, NodeWatch? watch, ErrorCode tolerated, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        NodePath.Validate(path);
        string server = _session.Paths.ToServer(path);
        return ReadAsync(
            () => new Request<NodeData?>(
                OpCode.GetData,
                path,
                PathAndWatch(OpCode.GetData, server, watch),
                static (ErrorCode error, ref JuteReader body) =>
                {
                    if (error != ErrorCode.Ok)
                    {
                        return null;
                    }

                    byte[] data = body.Buffer();
                    return new NodeData(data, body.Stat());
                })
            {
                Tolerated = tolerated,
                Answered = watch is null ? null : error =>
                {
                    if (error == ErrorCode.Ok)
                    {
                        _session.Watches.Add(WatchKind.Data, server, watch);
                    }
                },
            },
            timeout,
            cancellationToken);
    }

    private async Task<T> ReadAsync<T>(Func<Request<T>> request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        long start = Options.TimeProvider.GetTimestamp();
        TimeSpan limit = timeout ?? Options.OperationTimeout;
        TimeSpan left = limit;
        while (true)
        {
            try
            {
                return await SendAsync(request(), left, cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperConnectionException e) when (e.Code == ErrorCode.ConnectionLoss && e.MayHaveHappened && Options.RetryReads && e.InnerException is not ZooKeeperProtocolException)
            {
                // An answer that cannot be read, such as one above the frame limit, would not be better next time.
                left = limit - Options.TimeProvider.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    throw;
                }
            }
        }
    }

    private Frame PathAndWatch(OpCode op, string serverPath, NodeWatch? watch)
    {
        JuteWriter writer = Begin(op);
        Bodies.PathAndWatch(writer, serverPath, watch is not null);
        return writer.Finish();
    }
}
