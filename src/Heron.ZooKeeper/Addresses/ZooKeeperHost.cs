namespace Heron.ZooKeeper;

/// <summary>One server as the connection string names it.</summary>
/// <param name="Name">Host name or address, IPv6 without brackets.</param>
/// <param name="Port">TCP port.</param>
public sealed record ZooKeeperHost(string Name, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Contains(':', StringComparison.Ordinal) ? $"[{Name}]:{Port}" : $"{Name}:{Port}";
}
