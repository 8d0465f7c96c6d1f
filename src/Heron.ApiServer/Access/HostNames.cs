// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Heron.ApiServer.Access;

/// <summary>
/// The names under which this server may be asked. A page on the web can give its own name this machine's address (DNS rebinding); what
/// it then asks carries that name. Addresses cannot be rebound, and are always taken.
/// </summary>
internal sealed class HostNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { "localhost" };
    private readonly List<string> _suffixes = [".localhost"];
    private readonly Task<IReadOnlyList<string>>? _resolved;
    private readonly bool _all;

    /// <summary>Loopback, this machine's own names, and those that the operator gave.</summary>
    /// <param name="names">What the machine calls itself.</param>
    /// <param name="allowed">Names, <c>*.DOMAIN</c> for all below one, or <c>*</c> for any.</param>
    /// <param name="resolved">What its resolver calls it, which may take as long as a resolver takes; null for nothing.</param>
    public HostNames(IEnumerable<string> names, IEnumerable<string> allowed, Task<IReadOnlyList<string>>? resolved = null)
    {
        _resolved = resolved;
        _names.UnionWith(names.Select(Plain));
        foreach (var name in allowed.Select(Plain))
        {
            _all |= name == "*";
            if (name.StartsWith("*.", StringComparison.Ordinal))
            {
                _suffixes.Add(name[1..]);
            }
            else
            {
                _names.Add(name);
            }
        }
    }

    /// <summary>The names of this machine: its host name, and what its resolver says of it.</summary>
    public static IReadOnlyList<string> OfThisMachine()
    {
        var name = Dns.GetHostName();
        try
        {
            var entry = Dns.GetHostEntry(name);
            return [name, entry.HostName, .. entry.Aliases];
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            return [name];
        }
    }

    /// <summary>Whether a request for that host (without port) is one for this server.</summary>
    public async ValueTask<bool> AllowsAsync(string host)
    {
        var name = Plain(host);
        return _all || name.Length == 0 || IPAddress.TryParse(name.Trim('[', ']'), out _)
            || _names.Contains(name) || _suffixes.Exists(s => name.EndsWith(s, StringComparison.OrdinalIgnoreCase))
            || await IsResolvedAsync(name);
    }

    // Only a name that nothing else knows waits, in the first moments of a server with a slow resolver.
    private async Task<bool> IsResolvedAsync(string name)
    {
        if (_resolved is null)
        {
            return false;
        }

        try
        {
            return (await _resolved.WaitAsync(Patience)).Any(known => Plain(known).Equals(name, StringComparison.OrdinalIgnoreCase));
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static string Plain(string name) => name.Trim().TrimEnd('.');
}
