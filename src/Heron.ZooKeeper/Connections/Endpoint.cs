using System.Net;

namespace Heron.ZooKeeper.Connections;

/// <summary>One address of one host.</summary>
internal sealed record Endpoint(ZooKeeperHost Host, IPAddress Address)
{
    public override string ToString() => Address.ToString() == Host.Name ? Host.ToString() : $"{Host} ({Address})";
}
