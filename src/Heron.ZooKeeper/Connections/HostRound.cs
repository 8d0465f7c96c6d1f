using System.Net;
using System.Net.Sockets;

namespace Heron.ZooKeeper.Connections;

/// <summary>
/// Makes the list of addresses for one round through the servers: every name resolved anew, all its addresses, hosts and
/// addresses shuffled. A name that does not resolve in time is left out.
/// </summary>
internal sealed class HostRound(ZooKeeperOptions options)
{
    public async Task<IReadOnlyList<Endpoint>> NextAsync(Endpoint? last, Action<ZooKeeperHost, Exception> unresolved, CancellationToken cancellationToken)
    {
        Task<Endpoint[]>[] lookups = [.. options.Servers.Hosts.Select(host => LookUpAsync(host, unresolved, cancellationToken))];
        Endpoint[][] perHost = await Task.WhenAll(lookups).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        Random.Shared.Shuffle(perHost);
        Endpoint[] all = [.. perHost.SelectMany(static addresses => addresses)];

        // The server that just failed us comes last.
        return last is null ? all : [.. all.Where(e => e != last), .. all.Where(e => e == last)];
    }

    private async Task<Endpoint[]> LookUpAsync(ZooKeeperHost host, Action<ZooKeeperHost, Exception> unresolved, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Name, out IPAddress? literal))
        {
            return [new Endpoint(host, literal)];
        }

        try
        {
            IPAddress[] addresses = await options.Resolve(host.Name, cancellationToken)
                .WaitAsync(options.EffectiveConnectTimeout, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            Random.Shared.Shuffle(addresses);
            return [.. addresses.Select(a => new Endpoint(host, a))];
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            unresolved(host, e);
            return [];
        }
    }
}
