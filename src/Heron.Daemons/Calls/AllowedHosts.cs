// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Heron.Core;

namespace Heron.Daemons.Calls;

/// <summary>
/// Where calls to the daemons of one container may go: the nodes on which the scheduler runs it. What a container publishes
/// about itself is its own word, and a container is anybody's program; without this it could send the server anywhere.
/// </summary>
public sealed class AllowedHosts
{
    /// <summary>Ports below belong to the system's own services; no daemon of Heron's listens there.</summary>
    private const int LowestPort = 1024;

    private readonly FrozenSet<string> _names;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp;

    /// <summary>Only these hosts.</summary>
    /// <param name="hosts">Names and addresses, as the scheduler has them.</param>
    public AllowedHosts(IEnumerable<string> hosts)
        : this(hosts, Dns.GetHostAddressesAsync)
    {
    }

    internal AllowedHosts(IEnumerable<string> hosts, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
    {
        _names = hosts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _lookUp = lookUp;
    }

    /// <summary>This machine: its loopback addresses and its name.</summary>
    public static AllowedHosts ThisMachine { get; } = new(["localhost", "127.0.0.1", "::1", Environment.MachineName]);

    /// <summary>The addresses to connect to for a host and port that a container published.</summary>
    /// <param name="daemon">Whom the call is for, as it is told to the user.</param>
    /// <param name="host">As published.</param>
    /// <param name="port">As published.</param>
    /// <param name="cancellationToken">Ends the wait for the name service.</param>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.BadGateway"/>: it is no address, or none where the container runs. No call was made.
    /// </exception>
    internal async Task<IReadOnlyList<IPAddress>> ResolveAsync(
        string daemon, string host, int port, CancellationToken cancellationToken)
    {
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || port is < LowestPort or > 65535)
        {
            throw new DaemonException(
                FaultKind.BadGateway,
                daemon,
                $"has an address that is none: host '{ShownText.Of(host)}', port {port}");
        }

        var named = _names.Contains(host);
        var addresses = await LookUpAsync(host, cancellationToken);
        var allowed = named ? [] : await AllowedAddressesAsync(cancellationToken);
        IReadOnlyList<IPAddress> usable = [.. addresses.Where(a => MayBeNode(a) && (named || allowed.Contains(a)))];
        return usable.Count > 0
            ? usable
            : throw new DaemonException(
                FaultKind.BadGateway,
                daemon,
                addresses.Count == 0
                    ? $"is said to be on {ShownText.Of(host)}, a name that this server cannot resolve"
                    : $"is said to be on {ShownText.Of(host)}, which is no node where the scheduler runs its container; it was not called");
    }

    // Nothing that a node could have as its address: any, link-local (metadata services of clouds are there), multicast, broadcast.
    private static bool MayBeNode(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes() is not ([0, ..] or [169, 254, ..] or [>= 224, ..])
        : !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.IsIPv6SiteLocal && !address.Equals(IPAddress.IPv6Any);

    private async Task<HashSet<IPAddress>> AllowedAddressesAsync(CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(_names.Select(n => LookUpAsync(n, cancellationToken)));
        return [.. all.SelectMany(a => a)];
    }

    private async Task<IReadOnlyList<IPAddress>> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [Plain(literal)];
        }

        try
        {
            return [.. (await _lookUp(host, cancellationToken)).Select(Plain)];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
