// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Heron.ZooKeeper;

/// <summary>
/// Servers and an optional chroot: <c>host[:port][,host[:port]...][/chroot]</c>. IPv6 addresses stand in brackets when a port
/// follows; spaces and empty entries between commas do no harm; the chroot comes once, after the last host.
/// </summary>
/// <param name="Hosts">The servers, in the order written.</param>
/// <param name="Chroot">The path that every other path is relative to; empty when there is none.</param>
public sealed record ConnectionString(IReadOnlyList<ZooKeeperHost> Hosts, string Chroot)
{
    /// <summary>The port that counts where none is written.</summary>
    public const int DefaultPort = 2181;

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <returns>Servers and chroot.</returns>
    /// <exception cref="ArgumentException">The text is not a connection string; the message says what to change.</exception>
    public static ConnectionString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string chroot = slash < 0 ? "" : text[slash..].Trim();
        if (chroot.Contains(',', StringComparison.Ordinal))
        {
            throw Bad(text, "the chroot must come once, after the last host (host1:2181,host2:2181/chroot)");
        }

        chroot = chroot.TrimEnd('/');
        if (chroot.Length > 0)
        {
            NodePath.Validate(chroot);
        }

        List<ZooKeeperHost> hosts = [];
        foreach (string part in (slash < 0 ? text : text[..slash]).Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            hosts.Add(ParseHost(part, text));
        }

        return hosts.Count > 0 ? new ConnectionString(hosts, chroot) : throw Bad(text, "it names no host");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Hosts) + Chroot;

    private static ZooKeeperHost ParseHost(string part, string text)
    {
        if (part[0] == '[')
        {
            int end = part.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !IPAddress.TryParse(part[1..end], out IPAddress? inner) || inner.AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw Bad(text, $"'{Printable.Text(part)}' is not an IPv6 address in brackets");
            }

            string rest = part[(end + 1)..];
            return rest.Length == 0 ? new ZooKeeperHost(part[1..end], DefaultPort)
                : rest[0] == ':' ? new ZooKeeperHost(part[1..end], ParsePort(rest[1..], text))
                : throw Bad(text, $"'{Printable.Text(part)}' has text after the bracket that is no port");
        }

        int colon = part.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return new ZooKeeperHost(ValidName(part, text), DefaultPort);
        }

        if (part.IndexOf(':', colon + 1) < 0)
        {
            return new ZooKeeperHost(ValidName(part[..colon], text), ParsePort(part[(colon + 1)..], text));
        }

        // Several colons without brackets: an IPv6 address without a port, or a mistake.
        return IPAddress.TryParse(part, out _)
            ? new ZooKeeperHost(part, DefaultPort)
            : throw Bad(text, $"'{Printable.Text(part)}' has several colons; write IPv6 addresses in brackets: [::1]:2181");
    }

    private static string ValidName(string name, string text)
    {
        bool valid = name.Length is > 0 and <= 255 && name.All(static c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_');
        return valid ? name : throw Bad(text, $"'{Printable.Text(name)}' is not a host name");
    }

    private static int ParsePort(string port, string text) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535
            ? number
            : throw Bad(text, $"'{Printable.Text(port)}' is not a port (1 to 65535)");

    private static ArgumentException Bad(string text, string why) =>
        new($"'{Printable.Text(text)}' is not a ZooKeeper connection string: {why}.", nameof(text));
}

/// <summary>One server as the connection string names it.</summary>
/// <param name="Name">Host name or address, IPv6 without brackets.</param>
/// <param name="Port">TCP port.</param>
public sealed record ZooKeeperHost(string Name, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Contains(':', StringComparison.Ordinal) ? $"[{Name}]:{Port}" : $"{Name}:{Port}";
}
