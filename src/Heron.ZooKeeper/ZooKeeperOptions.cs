// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Heron.ZooKeeper;

/// <summary>Everything that can be set about a client. Immutable: change a copy with <c>with</c>.</summary>
public sealed record ZooKeeperOptions
{
    /// <summary>Servers and chroot. Required.</summary>
    public required ConnectionString Servers { get; init; }

    /// <summary>
    /// The session timeout to ask for; the server may grant another one (2 to 20 of its ticks). Default: 30 s.
    /// </summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one address may take until its handshake is done. Default: <see langword="null"/>, which is the session
    /// timeout divided by the number of hosts, but at least half a second and at most five: a server that is only just
    /// starting may take a connection and never answer its handshake.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>How long a call may take, waiting for a connection included, unless the call says otherwise. Default: 15 s.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long disposing waits for the server to confirm the end of the session. Default: 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Upper limit of the first wait between two rounds through the servers. Default: 100 ms.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Upper limit of every wait between two rounds through the servers; the waits double until they reach it, and each is a
    /// random share of its limit. While a session can still be saved the limit is at most a tenth of its timeout. Default: 10 s.
    /// </summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a call waits, up to its deadline, while there is no connection; otherwise it fails at once. Default:
    /// <see langword="true"/>.
    /// </summary>
    public bool WaitForConnection { get; init; } = true;

    /// <summary>
    /// Whether a read whose connection was lost before its answer came is sent again until its deadline. Default:
    /// <see langword="true"/>. Writes are never repeated here.
    /// </summary>
    public bool RetryReads { get; init; } = true;

    /// <summary>How many calls may wait to be sent. Default: 10,000.</summary>
    public int MaxQueuedRequests { get; init; } = 10_000;

    /// <summary>
    /// Largest frame to send or accept, in bytes, as <c>jute.maxbuffer</c> of the servers. Default: 1,048,575, their default.
    /// </summary>
    public int MaxFrameBytes { get; init; } = 0xfffff;

    /// <summary>Credentials that every connection proves. Default: none.</summary>
    public IReadOnlyList<ZooKeeperCredential> Credentials { get; init; } = [];

    /// <summary>
    /// Whether digest credentials may be sent over a connection without TLS, where everybody on the way can read them.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool AllowPlainTextCredentials { get; init; }

    /// <summary>TLS settings. Default: <see langword="null"/>, no TLS.</summary>
    public ZooKeeperTlsOptions? Tls { get; init; }

    /// <summary>The clock for deadlines, pings and expiry. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How a host name becomes addresses. Default: the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Options with the defaults for a connection string.</summary>
    /// <param name="connectionString">As <see cref="ConnectionString.Parse"/> takes it.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">The text is not a connection string.</exception>
    public static ZooKeeperOptions For(string connectionString) => new() { Servers = ConnectionString.Parse(connectionString) };

    internal TimeSpan EffectiveConnectTimeout => ConnectTimeout ?? TimeSpan.FromMilliseconds(Math.Clamp(SessionTimeout.TotalMilliseconds / Servers.Hosts.Count, 500, 5_000));

    internal void Validate()
    {
        Positive(SessionTimeout, nameof(SessionTimeout));
        Positive(EffectiveConnectTimeout, nameof(ConnectTimeout));
        Positive(OperationTimeout, nameof(OperationTimeout));
        Positive(CloseTimeout, nameof(CloseTimeout));
        Positive(ReconnectDelay, nameof(ReconnectDelay));
        Positive(MaxReconnectDelay, nameof(MaxReconnectDelay));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxQueuedRequests);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFrameBytes, 1024);
        foreach (ZooKeeperCredential credential in Credentials)
        {
            RefusePlainText(credential);
        }
    }

    internal void RefusePlainText(ZooKeeperCredential credential)
    {
        if (Tls is null && !AllowPlainTextCredentials && credential.Scheme == "digest")
        {
            throw new InvalidOperationException(
                "digest credentials would be sent readable for everybody on the way: configure TLS, or set AllowPlainTextCredentials.");
        }
    }

    private static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(20))
        {
            throw new ArgumentOutOfRangeException(name, value, "must be more than zero and at most 20 days");
        }
    }
}
