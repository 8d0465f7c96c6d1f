// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Multi;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper;

/// <content>Calls that change something. None is ever repeated by itself.</content>
public sealed partial class ZooKeeperClient
{
    /// <summary>Creates a node.</summary>
    /// <param name="path">Its path; for sequential modes, what stands before the digits.</param>
    /// <param name="data">Its data.</param>
    /// <param name="mode">What kind of node.</param>
    /// <param name="acl">Its access control list; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The node.</returns>
    public Task<CreatedNode> CreateAsync(
        string path,
        ReadOnlyMemory<byte> data = default,
        CreateMode mode = CreateMode.Persistent,
        IReadOnlyList<Acl>? acl = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path, mode is CreateMode.PersistentSequential or CreateMode.EphemeralSequential);
        return SendCreateAsync(path, _session.Paths.ToServer(path), data, mode, acl, timeout, cancellationToken);
    }

    /// <summary>Creates an empty node at a path that the chroot is not put before.</summary>
    internal Task<CreatedNode> CreateAboveChrootAsync(string serverPath, IReadOnlyList<Acl>? acl, TimeSpan timeout, CancellationToken cancellationToken) =>
        SendCreateAsync(serverPath, serverPath, default, CreateMode.Persistent, acl, timeout, cancellationToken);

    private Task<CreatedNode> SendCreateAsync(
        string path, string serverPath, ReadOnlyMemory<byte> data, CreateMode mode, IReadOnlyList<Acl>? acl, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        OpCode op = mode == CreateMode.Container ? OpCode.CreateContainer : OpCode.Create2;
        JuteWriter writer = Begin(op);
        Bodies.Create(writer, serverPath, data.Span, acl ?? Acl.Open, mode);
        var request = new Request<CreatedNode>(op, path, writer.Finish(), (ErrorCode _, ref JuteReader body) =>
        {
            string created = _session.Paths.ToCaller(body.String());
            if (!NodePath.IsPath(created))
            {
                throw new ZooKeeperProtocolException("the server's answer names a node that cannot exist");
            }

            return new CreatedNode(created, body.Stat());
        })
        {
            BelongsToSession = mode is CreateMode.Ephemeral or CreateMode.EphemeralSequential,
        };
        return SendAsync(request, timeout, cancellationToken);
    }

    /// <summary>Deletes a node that has no children.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="version">The version it must have; -1 for any.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the node is gone.</returns>
    public Task DeleteAsync(string path, int version = -1, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        JuteWriter writer = Begin(OpCode.Delete);
        Bodies.PathAndVersion(writer, _session.Paths.ToServer(path), version);
        return SendAsync(new Request<bool>(OpCode.Delete, path, writer.Finish(), static (ErrorCode _, ref JuteReader _) => true), timeout, cancellationToken);
    }

    /// <summary>Sets a node's data.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="data">The new data.</param>
    /// <param name="version">The version it must have; -1 for any.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The node's new state.</returns>
    public Task<NodeStat> SetDataAsync(string path, ReadOnlyMemory<byte> data, int version = -1, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        JuteWriter writer = Begin(OpCode.SetData);
        Bodies.SetData(writer, _session.Paths.ToServer(path), data.Span, version);
        return SendAsync(new Request<NodeStat>(OpCode.SetData, path, writer.Finish(), ReadStat), timeout, cancellationToken);
    }

    /// <summary>Sets a node's access control list.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="acl">The new list.</param>
    /// <param name="aclVersion">The <see cref="NodeStat.AclVersion"/> it must have; -1 for any.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The node's new state.</returns>
    public Task<NodeStat> SetAclAsync(string path, IReadOnlyList<Acl> acl, int aclVersion = -1, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        JuteWriter writer = Begin(OpCode.SetAcl);
        Bodies.SetAcl(writer, _session.Paths.ToServer(path), acl, aclVersion);
        return SendAsync(new Request<NodeStat>(OpCode.SetAcl, path, writer.Finish(), ReadStat), timeout, cancellationToken);
    }

    /// <summary>Carries out several operations, all or none of them, in one round trip.</summary>
    /// <param name="operations">The operations; each sees what those before it did.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One result for each operation.</returns>
    /// <exception cref="ZooKeeperMultiException">One operation failed, so none was carried out.</exception>
    public Task<IReadOnlyList<OperationResult>> MultiAsync(IReadOnlyList<Operation> operations, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operations);
        JuteWriter writer = Begin(OpCode.Multi);
        foreach (Operation operation in operations)
        {
            WriteMultiHeader(writer, operation.Code, done: false);
            operation.Write(writer, _session.Paths);
        }

        WriteMultiHeader(writer, OpCode.Error, done: true);
        var request = new Request<IReadOnlyList<OperationResult>>(
            OpCode.Multi,
            operations.Count > 0 ? operations[0].Path : null,
            writer.Finish(),
            (ErrorCode _, ref JuteReader body) => MultiReply.Read(ref body, operations, _session.Paths))
        {
            BelongsToSession = operations.Any(static operation => operation.BelongsToSession),
        };
        return SendAsync(request, timeout, cancellationToken);
    }

    /// <summary>
    /// Brings the server this client is connected to up to date with the leader: reads that follow see everything that was
    /// written before, whoever wrote it.
    /// </summary>
    /// <param name="path">Any path.</param>
    /// <param name="timeout">The call's deadline; <see langword="null"/> for <see cref="ZooKeeperOptions.OperationTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the server has caught up.</returns>
    public Task SyncAsync(string path = "/", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        NodePath.Validate(path);
        return ReadAsync(
            () =>
            {
                JuteWriter writer = Begin(OpCode.Sync);
                writer.String(_session.Paths.ToServer(path));
                return new Request<bool>(OpCode.Sync, path, writer.Finish(), static (ErrorCode _, ref JuteReader _) => true);
            },
            timeout,
            cancellationToken);
    }

    private static NodeStat ReadStat(ErrorCode error, ref JuteReader body) => body.Stat();

    private static void WriteMultiHeader(JuteWriter writer, OpCode op, bool done)
    {
        writer.Int((int)op);
        writer.Bool(done);
        writer.Int(-1);
    }
}
