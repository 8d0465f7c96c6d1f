// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Addresses;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper;

/// <summary>One part of a <see cref="ZooKeeperClient.MultiAsync"/>.</summary>
public abstract class Operation
{
    private protected Operation(string path) => Path = path;

    /// <summary>The node it is about.</summary>
    public string Path { get; }

    internal abstract OpCode Code { get; }

    internal virtual bool BelongsToSession => false;

    /// <summary>Creates a node.</summary>
    /// <param name="path">Its path; for sequential modes, what stands before the digits.</param>
    /// <param name="data">Its data.</param>
    /// <param name="mode">What kind of node.</param>
    /// <param name="acl">Its access control list; <see langword="null"/> for <see cref="Acl.Open"/>.</param>
    /// <returns>The operation.</returns>
    public static Operation Create(string path, ReadOnlyMemory<byte> data = default, CreateMode mode = CreateMode.Persistent, IReadOnlyList<Acl>? acl = null)
    {
        NodePath.Validate(path, mode is CreateMode.PersistentSequential or CreateMode.EphemeralSequential);
        return new CreateOperation(path, data, mode, acl ?? Acl.Open);
    }

    /// <summary>Deletes a node that has no children.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="version">The version it must have; -1 for any.</param>
    /// <returns>The operation.</returns>
    public static Operation Delete(string path, int version = -1)
    {
        NodePath.Validate(path);
        return new VersionOperation(OpCode.Delete, path, version);
    }

    /// <summary>Sets a node's data.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="data">The new data.</param>
    /// <param name="version">The version it must have; -1 for any.</param>
    /// <returns>The operation.</returns>
    public static Operation SetData(string path, ReadOnlyMemory<byte> data, int version = -1)
    {
        NodePath.Validate(path);
        return new SetDataOperation(path, data, version);
    }

    /// <summary>Demands that a node exists with a version; changes nothing.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="version">The version it must have; -1 for any.</param>
    /// <returns>The operation.</returns>
    public static Operation Check(string path, int version = -1)
    {
        NodePath.Validate(path);
        return new VersionOperation(OpCode.Check, path, version);
    }

    internal abstract void Write(JuteWriter writer, ChrootMap paths);

    private sealed class CreateOperation(string path, ReadOnlyMemory<byte> data, CreateMode mode, IReadOnlyList<Acl> acl) : Operation(path)
    {
        internal override OpCode Code => mode == CreateMode.Container ? OpCode.CreateContainer : OpCode.Create2;

        internal override bool BelongsToSession => mode is CreateMode.Ephemeral or CreateMode.EphemeralSequential;

        internal override void Write(JuteWriter writer, ChrootMap paths) => Bodies.Create(writer, paths.ToServer(Path), data.Span, acl, mode);
    }

    private sealed class VersionOperation(OpCode code, string path, int version) : Operation(path)
    {
        internal override OpCode Code => code;

        internal override void Write(JuteWriter writer, ChrootMap paths) => Bodies.PathAndVersion(writer, paths.ToServer(Path), version);
    }

    private sealed class SetDataOperation(string path, ReadOnlyMemory<byte> data, int version) : Operation(path)
    {
        internal override OpCode Code => OpCode.SetData;

        internal override void Write(JuteWriter writer, ChrootMap paths) => Bodies.SetData(writer, paths.ToServer(Path), data.Span, version);
    }
}

/// <summary>What one part of a successful multi gave.</summary>
/// <param name="Path">The node it was about; for a create, with the digits that a sequential mode appended.</param>
/// <param name="Stat">The node's new state after a create or a set; <see langword="null"/> after a delete or a check.</param>
public sealed record OperationResult(string Path, NodeStat? Stat);
