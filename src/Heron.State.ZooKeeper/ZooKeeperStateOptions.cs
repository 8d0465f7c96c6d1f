// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.State;
using Heron.ZooKeeper;

namespace Heron.State.ZooKeeper;

/// <summary>Settings of <see cref="ZooKeeperStateManager"/>.</summary>
/// <param name="RootPath">The root below the chroot, such as <c>/heron</c>.</param>
/// <param name="Client">How to reach the servers.</param>
public sealed record ZooKeeperStateOptions(string RootPath, ZooKeeperOptions Client)
{
    /// <summary>A week, in milliseconds: more is a mistake, and timers end at a few.</summary>
    private const int LongestTime = 7 * 24 * 3600 * 1000;

    /// <summary>Where topology managers publish their location.</summary>
    public string TManagerDirectory { get; init; } = StatePaths.TManagersDirectory;

    /// <summary>Whether the directories are made at start.</summary>
    public bool InitializeTree { get; init; } = true;

    /// <summary>How often a write is tried again after a lost connection.</summary>
    public int RetryCount { get; init; } = 10;

    /// <summary>Access of every node that is made here.</summary>
    public IReadOnlyList<Acl> Acl { get; init; } = Heron.ZooKeeper.Acl.Open;

    /// <summary>The settings in Heron's configuration, tokens substituted.</summary>
    /// <param name="config">The local view.</param>
    /// <param name="findings">Gets everything that is wrong, each with the setting's name.</param>
    /// <returns>Not to be used when something is wrong.</returns>
    public static ZooKeeperStateOptions? Read(HeronConfig config, Findings findings)
    {
        var root = findings.Try(() => Root(config));
        var servers = findings.Try(() => Servers(config));
        var retryInterval = Milliseconds(config, ZooKeeperStateKeys.RetryInterval, 10_000, findings);
        var sessionTimeout = Milliseconds(config, ZooKeeperStateKeys.SessionTimeout, 30_000, findings);
        var callTimeout = Milliseconds(config, ZooKeeperStateKeys.ConnectionTimeout, 30_000, findings);
        var frame = Number(config, ZooKeeperStateKeys.MaxBuffer, 0xfffff, 1024, int.MaxValue, findings);
        var retries = Number(config, ZooKeeperStateKeys.RetryCount, 10, 0, int.MaxValue, findings);
        var tls = findings.Try(() => Tls(config));
        var credential = findings.Try(() => Digest(config));
        var plainText = findings.Try(() => config.GetBoolean(ZooKeeperStateKeys.DigestPlaintext, false));
        var initialize = findings.Try(() => config.GetBoolean(ZooKeeperStateKeys.InitializeTree, true));
        var acl = config.GetString(ZooKeeperStateKeys.Acl) is { Length: > 0 } text ? AclText.Parse(text, findings) : Heron.ZooKeeper.Acl.Open;
        if (credential is not null && !plainText && !findings.Try(() => config.GetBoolean(ZooKeeperStateKeys.TlsEnabled, false)))
        {
            findings.Mistake(
                $"{ZooKeeperStateKeys.DigestFile} is set, but the password would cross the network readable: set {ZooKeeperStateKeys.TlsEnabled}, or {ZooKeeperStateKeys.DigestPlaintext} to accept that");
        }

        return root is null || servers is null
            ? null
            : new ZooKeeperStateOptions(
                root,
                new ZooKeeperOptions
                {
                    Servers = servers,
                    SessionTimeout = sessionTimeout,
                    OperationTimeout = callTimeout,
                    ReconnectDelay = Min(retryInterval, TimeSpan.FromMilliseconds(100)),
                    MaxReconnectDelay = retryInterval,
                    MaxFrameBytes = frame,
                    Tls = tls,
                    Credentials = credential is null ? [] : [credential],
                    AllowPlainTextCredentials = plainText,
                })
            {
                InitializeTree = initialize,
                RetryCount = retries,
                Acl = acl,
            };
    }

    private static string Required(HeronConfig config, string key, string advice) =>
        config.GetString(key) is { Length: > 0 } value
            ? value
            : throw new HeronException(FaultKind.Invalid, $"{key} is not set: {advice}");

    private static string Root(HeronConfig config)
    {
        string root = Required(config, ConfigKeys.StatemgrRootPath, "name the znode that holds the state, such as /heron");
        try
        {
            NodePath.Validate(root.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/");
            return root;
        }
        catch (ArgumentException e)
        {
            throw new HeronException(FaultKind.Invalid, $"{ConfigKeys.StatemgrRootPath} '{root}' is no znode: {e.Message}", e);
        }
    }

    private static ConnectionString Servers(HeronConfig config)
    {
        bool ownServers = config.GetBoolean(ZooKeeperStateKeys.TlsEnabled, false)
            && config.GetString(ZooKeeperStateKeys.TlsConnectionString) is { Length: > 0 };
        string key = ownServers ? ZooKeeperStateKeys.TlsConnectionString : ConfigKeys.StatemgrConnectionString;
        try
        {
            return ConnectionString.Parse(Required(config, key, "name the servers: host1:2181,host2:2181"));
        }
        catch (ArgumentException e)
        {
            throw new HeronException(FaultKind.Invalid, $"{key}: {e.Message}", e);
        }
    }

    private static TimeSpan Milliseconds(HeronConfig config, string key, int defaultValue, Findings findings) =>
        TimeSpan.FromMilliseconds(Number(config, key, defaultValue, minimum: 1, maximum: LongestTime, findings));

    private static int Number(HeronConfig config, string key, int defaultValue, int minimum, int maximum, Findings findings) => findings.Try(() =>
    {
        long value = config.GetLong(key, defaultValue);
        return value >= minimum && value <= maximum
            ? (int)value
            : throw new HeronException(FaultKind.Invalid, $"{key} must lie between {minimum} and {maximum}, not be {value}");
    });

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static ZooKeeperTlsOptions? Tls(HeronConfig config)
    {
        if (!config.GetBoolean(ZooKeeperStateKeys.TlsEnabled, false))
        {
            return null;
        }

        try
        {
            return ZooKeeperTlsOptions.FromPemFiles(
                config.GetString(ZooKeeperStateKeys.TlsAuthorities),
                config.GetString(ZooKeeperStateKeys.TlsCertificate),
                config.GetString(ZooKeeperStateKeys.TlsKey)) with
            {
                CheckHostName = config.GetBoolean(ZooKeeperStateKeys.TlsHostName, true),
            };
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HeronException(
                FaultKind.Invalid, $"the certificates that heron.statemgr.zookeeper.ssl.* names cannot be used: {e.Message}", e);
        }
    }

    private static ZooKeeperCredential? Digest(HeronConfig config)
    {
        if (config.GetString(ZooKeeperStateKeys.DigestFile) is not { Length: > 0 } file)
        {
            return null;
        }

        string line;
        try
        {
            line = File.ReadLines(file).FirstOrDefault()?.Trim() ?? string.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"{ZooKeeperStateKeys.DigestFile}: {e.Message}", e);
        }

        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? ZooKeeperCredential.Digest(line[..colon], line[(colon + 1)..])
            : throw new HeronException(
                FaultKind.Invalid, $"{ZooKeeperStateKeys.DigestFile}: the first line of '{file}' must be user:password");
    }
}
