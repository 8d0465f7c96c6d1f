// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>
/// Where the state is in ZooKeeper, in the one form that all of Heron reads. Heron's executor wants exactly
/// <c>host:port</c> for every server and ends when it meets anything else. So servers get their ports, and the chroot goes
/// where it means the same to everybody: in front of the root path.
/// </summary>
internal static class ZooKeeperAddress
{
    /// <summary>The settings to replace; empty when all can be read as they are.</summary>
    /// <param name="configuration">The server's configuration, with a state manager that uses ZooKeeper.</param>
    /// <param name="findings">Gets what has to be put right first, and as warnings what only Heron's daemons cannot use.</param>
    public static IReadOnlyDictionary<string, string> Replacements(ServerConfiguration configuration, Findings findings)
    {
        var written = configuration.Base.Local.GetString(ConfigKeys.StatemgrConnectionString);
        if (Parse(written) is not { } address)
        {
            return new Dictionary<string, string>();
        }

        if (address.Hosts.FirstOrDefault(host => host.Name.Contains(':', StringComparison.Ordinal)) is { } host)
        {
            findings.Warning(
                $"{ConfigKeys.StatemgrConnectionString} has the address {host}: Heron's executor reads no IPv6 addresses; use a host name");
        }

        var replacements = new Dictionary<string, string>();
        Put(replacements, ConfigKeys.StatemgrConnectionString, written!, WithoutChroot(address));
        if (Parse(configuration.Base.Local.GetString(ZooKeeperStateKeys.TlsConnectionString)) is { } own)
        {
            if (own.Chroot != address.Chroot)
            {
                findings.Mistake(
                    $"{ConfigKeys.StatemgrConnectionString} and {ZooKeeperStateKeys.TlsConnectionString} must name the same chroot: " +
                    $"'{address.Chroot}' is not '{own.Chroot}', so Heron's daemons would look for the state elsewhere");
            }

            Put(replacements, ZooKeeperStateKeys.TlsConnectionString, own.ToString(), WithoutChroot(own));
        }

        // Not expanded: the root may hold tokens that only a request can replace.
        if (address.Chroot.Length > 0 && configuration.Raw.GetString(ConfigKeys.StatemgrRootPath) is { Length: > 0 } root)
        {
            replacements[ConfigKeys.StatemgrRootPath] = address.Chroot + (root == "/" ? "" : root);
        }

        return replacements;
    }

    private static ConnectionString? Parse(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : ConnectionString.Parse(text);
        }
        catch (ArgumentException)
        {
            // The state manager, which needs it, says what is wrong with it.
            return null;
        }
    }

    private static string WithoutChroot(ConnectionString address) => (address with { Chroot = "" }).ToString();

    private static void Put(Dictionary<string, string> replacements, string key, string written, string plain)
    {
        if (written != plain)
        {
            replacements[key] = plain;
        }
    }
}
