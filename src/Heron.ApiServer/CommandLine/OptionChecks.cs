// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Heron.ApiServer.Access;
using Heron.ApiServer.Logging;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.CommandLine;

/// <summary>Checks single values of the command line and notes what is wrong with them.</summary>
internal sealed partial class OptionChecks(ICollection<string> mistakes)
{
    /// <summary>A name that can be a folder's name and part of a path in the state manager.</summary>
    internal string? Name(string flag, string? value, bool required)
    {
        if (value is null)
        {
            return required ? Note<string>($"{flag} is missing: give the name of the cluster, such as nomad or local") : null;
        }

        return NamePattern().IsMatch(value)
            ? value
            : Note<string>(
                $"{flag} {Shown(value)} is no name: it may have letters, digits, '-', '_' and '.', and starts with a letter or digit");
    }

    /// <summary>A port, 0 included; when it is wrong, 0, so that nobody looks whether the default is free.</summary>
    internal int Port(string flag, string? value, int missing)
    {
        if (value is null)
        {
            return missing;
        }

        return ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : Note<int>($"{flag} {Shown(value)} is no port: give a number from 0 to 65535");
    }

    /// <summary>An address of this machine, or <c>localhost</c>.</summary>
    internal IPAddress? Address(string? value)
    {
        if (value is null)
        {
            return null;
        }

        return value == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(value, out var address) ? address
            : Note<IPAddress>($"--bind {Shown(value)} is no IP address: give one such as 127.0.0.1 or ::1");
    }

    /// <summary>A port, or an address of this machine, a colon and a port.</summary>
    internal (IPAddress? Address, int Port)? Listener(string flag, string? value)
    {
        if (value is null)
        {
            return null;
        }

        var colon = value.LastIndexOf(':');
        var (host, port) = colon < 0 ? (null, value) : (value[..colon], value[(colon + 1)..]);
        IPAddress? address = null;
        var isAddress = host is null || host == "localhost" || IPAddress.TryParse(host, out address);
        if (!isAddress || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            mistakes.Add($"{flag} {Shown(value)} is neither a port nor an address with one: give 9001, 10.0.0.5:9001 or [::1]:9001");
            return null;
        }

        return (host == "localhost" ? IPAddress.Loopback : address, number);
    }

    /// <summary>Addresses, and networks as 10.0.0.0/8.</summary>
    internal IReadOnlyList<IPNetwork> Networks(string flag, IEnumerable<string> values)
    {
        var networks = new List<IPNetwork>();
        foreach (var value in values)
        {
            if (IPAddress.TryParse(value, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(value, out var network))
            {
                networks.Add(network);
            }
            else
            {
                mistakes.Add($"{flag} {Shown(value)} is neither an IP address nor a network: give 10.0.0.5 or 10.0.0.0/24");
            }
        }

        return networks;
    }

    /// <summary>A host name or address that can stand in a URI.</summary>
    internal string? HostName(string? value)
    {
        if (value is null)
        {
            return null;
        }

        return Uri.CheckHostName(value) != UriHostNameType.Unknown
            ? value
            : Note<string>($"--download-hostname {Shown(value)} is no host name: give a name or an address, without port");
    }

    /// <summary>An HTTP address without query.</summary>
    internal Uri? Url(string flag, string? value) => value is null ? null
        : Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.UserInfo.Length == 0 ? url
        : Note<Uri>($"{flag} {Shown(value)} is no address: give one such as https://heron.example.org/api");

    /// <summary>One of a few words.</summary>
    internal string? OneOf(string flag, string? value, params string[] words) => value is null || words.Contains(value, StringComparer.Ordinal)
        ? value
        : Note<string>($"{flag} {Shown(value)} means nothing: write {string.Join(" or ", words)}");

    /// <summary>A level for all lines, or one for the lines of a category; of what is said twice the last counts.</summary>
    internal LogSettings LogLevels(string flag, IEnumerable<string> values, LogSettings settings)
    {
        var categories = new Dictionary<string, LogLevel>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in values)
        {
            var (category, name) = value.Split('=', 2) is [var before, var after] ? (before.Trim(), after.Trim()) : (null, value);
            if (LogSettings.LevelOf(name) is not { } level)
            {
                var levels = LogSettings.LevelNames.ToList();
                var help = NearestName.Among(name, levels) is { } meant ? $"is {meant} meant?" : $"they are {string.Join(", ", levels)}";
                mistakes.Add($"{flag} {Shown(value)} has none of the levels: {help}");
            }
            else if (category is null)
            {
                settings = settings with { Level = level };
            }
            else if (category.Length == 0)
            {
                mistakes.Add($"{flag} {Shown(value)} names no category: write one, such as Heron.ZooKeeper={name}, or the level alone for all lines");
            }
            else
            {
                categories[category] = level;
            }
        }

        return settings with { Categories = categories };
    }

    /// <summary>Options that make sense together only.</summary>
    internal AccessOptions Consistent(AccessOptions options)
    {
        if (options.NamesCertificate != options.NamesKey)
        {
            Note<object>("--tls-certificate and --tls-key belong together: give both");
        }

        if (options.TlsClientCa is not null && !(options.NamesCertificate && options.NamesUsers))
        {
            Note<object>("--tls-client-ca needs --tls-certificate, and --users with the subjects of the certificates");
        }

        return options;
    }

    /// <summary>A file that is there and can be read.</summary>
    internal string? ExistingFile(string flag, string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            using var readable = File.OpenHandle(path);
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Note<string>(
                Directory.Exists(path) ? $"{flag}: {Shown(path)} is a folder; give a file"
                : File.Exists(path) ? $"{flag}: the file {Shown(path)} cannot be read: {Shown(fault.Message)}"
                : $"{flag}: there is no file {Shown(path)}");
        }
    }

    /// <summary>A file that is there and can be read, or a folder that is there.</summary>
    internal string? ExistingFileOrDirectory(string flag, string? path) => Directory.Exists(path) ? path : ExistingFile(flag, path);

    /// <summary>A folder that is there, can be read, and is not the one above those with the template files.</summary>
    internal string TemplateDirectory(string what, string path)
    {
        try
        {
            if (Directory.EnumerateFiles(path, "*.yaml").Any())
            {
                return path;
            }

            var below = Directory.EnumerateDirectories(path)
                .Where(folder => File.Exists(Path.Join(folder, "statemgr.yaml")) || File.Exists(Path.Join(folder, "scheduler.yaml")))
                .Order(StringComparer.Ordinal)
                .ToList();
            return below.Count == 0
                ? path
                : Note<string>(
                    $"{Shown(what)} has no template files itself, but folders with them: give one of those, such as {Shown(below[0])}") ?? "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Note<string>(
                File.Exists(path) ? $"{Shown(what)}: {Shown(path)} is a file; give the folder that it is in"
                : Directory.Exists(path) ? $"{Shown(what)}: the folder {Shown(path)} cannot be read: {Shown(fault.Message)}"
                : $"{Shown(what)}: there is no folder {Shown(path)}{Sibling(path)}") ?? "";
        }
    }

    /// <summary>The <c>key=value</c> pairs; of a key given twice, the last one counts.</summary>
    internal IReadOnlyDictionary<string, string> Properties(IEnumerable<string> pairs)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                properties[pair[..equals]] = pair[(equals + 1)..];
            }
            else
            {
                Note<object>($"-D {Shown(pair)} is no setting: write -D key=value");
            }
        }

        return properties;
    }

    private static string Sibling(string path)
    {
        try
        {
            var beside = Directory.EnumerateDirectories(Path.GetDirectoryName(path) ?? "/").Select(folder => Path.GetFileName(folder));
            return NearestName.Question(Path.GetFileName(path), beside.Order(StringComparer.Ordinal));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "''" : ShownText.Of(value, 4096);

    private T? Note<T>(string mistake)
    {
        mistakes.Add(mistake);
        return default;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex NamePattern();
}
