using System.Net;
using System.Net.Sockets;

namespace Heron.ApiServer.Hosting;

/// <summary>The sockets that the server listens on.</summary>
/// <param name="Api">For everything.</param>
/// <param name="Downloads">For downloads only (<c>--download-listen</c>), or null.</param>
public sealed record ListenSockets(ListenSocket Api, ListenSocket? Downloads = null)
{
    /// <summary>Hands the socket of an address to Kestrel, which closes it.</summary>
    internal Socket Give(EndPoint endPoint) => (endPoint.Equals(Downloads?.EndPoint) ? Downloads : Api)!.Give();
}
