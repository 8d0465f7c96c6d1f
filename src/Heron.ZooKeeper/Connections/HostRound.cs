// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Heron.ZooKeeper.Connections;

/// <summary>
/// Makes the list of addresses for one round through the servers: every name resolved anew, all its addresses, hosts and
/// addresses shuffled. A name that does not resolve in time is left out.
/// </summary>
internal sealed class HostRound(ZooKeeperOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<Endpoint>> NextAsync(Endpoint? last, Action<ZooKeeperHost, Exception> unresolved, CancellationToken cancellationToken)
    {
        Task<Endpoint[]>[] lookups = [.. options.Servers.Hosts.Select(host => LookUpAsync(host, unresolved, cancellationToken))];
        Endpoint[][] perHost = await InTimeAsync(lookups, cancellationToken).ConfigureAwait(false);
        Random.Shared.Shuffle(perHost);
        Endpoint[] all = [.. perHost.SelectMany(static addresses => addresses)];

        // The server that just failed us comes last.
        return last is null ? all : [.. all.Where(e => e != last), .. all.Where(e => e == last)];
    }

    /// <summary>Waits for all names, but only briefly once one of them has addresses: a slow name must not cost the session.</summary>
    private async Task<Endpoint[][]> InTimeAsync(Task<Endpoint[]>[] lookups, CancellationToken cancellationToken)
    {
        Task<Endpoint[][]> all = Task.WhenAll(lookups);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task patience = Task.Delay(Patience, options.TimeProvider, enough.Token);
        await Task.WhenAny(all, patience).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        Endpoint[][] known = [.. lookups.Where(static l => l.IsCompletedSuccessfully).Select(static l => l.Result)];
        return known.Any(static addresses => addresses.Length > 0) ? known : await all.ConfigureAwait(false);
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
#pragma warning disable CA1031 // Whatever a resolver fails with, the other names may still do.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            unresolved(host, e);
            return [];
        }
    }
}

/// <summary>One address of one host.</summary>
internal sealed record Endpoint(ZooKeeperHost Host, IPAddress Address)
{
    public override string ToString() => Address.ToString() == Host.Name ? Host.ToString() : $"{Host} ({Address})";
}
