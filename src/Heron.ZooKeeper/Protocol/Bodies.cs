// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Protocol;

/// <summary>The bodies of requests, as ZooKeeper's <c>zookeeper.jute</c> has them. A multi embeds some of them.</summary>
internal static class Bodies
{
    public static void Create(JuteWriter writer, string path, ReadOnlySpan<byte> data, IReadOnlyList<Acl> acl, CreateMode mode)
    {
        writer.String(path);
        writer.Buffer(data);
        writer.Acls(acl);
        writer.Int((int)mode);
    }

    public static void PathAndVersion(JuteWriter writer, string path, int version)
    {
        writer.String(path);
        writer.Int(version);
    }

    public static void PathAndWatch(JuteWriter writer, string path, bool watch)
    {
        writer.String(path);
        writer.Bool(watch);
    }

    public static void SetData(JuteWriter writer, string path, ReadOnlySpan<byte> data, int version)
    {
        writer.String(path);
        writer.Buffer(data);
        writer.Int(version);
    }

    public static void SetAcl(JuteWriter writer, string path, IReadOnlyList<Acl> acl, int version)
    {
        writer.String(path);
        writer.Acls(acl);
        writer.Int(version);
    }
}
