// SPDX-License-Identifier: Apache-2.0
namespace Heron.State.ZooKeeper;

/// <summary>Settings of <see cref="ZooKeeperStateManager"/> beside root path and connection string.</summary>
public static class ZooKeeperStateKeys
{
    /// <summary>Whether the directories are made at start; true by default.</summary>
    public const string InitializeTree = "heron.statemgr.zookeeper.is.initialize.tree";

    /// <summary>Session timeout to ask for, in milliseconds; 30,000 by default.</summary>
    public const string SessionTimeout = "heron.statemgr.zookeeper.session.timeout.ms";

    /// <summary>How long a call may take, waiting for a connection included, in milliseconds; 30,000 by default.</summary>
    public const string ConnectionTimeout = "heron.statemgr.zookeeper.connection.timeout.ms";

    /// <summary>How often a write is tried again, within the connection timeout, after a lost connection; 10 by default.</summary>
    public const string RetryCount = "heron.statemgr.zookeeper.retry.count";

    /// <summary>Longest wait between two rounds through the servers, in milliseconds; 10,000 by default.</summary>
    public const string RetryInterval = "heron.statemgr.zookeeper.retry.interval.ms";

    /// <summary>
    /// Access of the nodes that this server makes: entries <c>scheme:id:permissions</c> with commas between them, permissions
    /// out of <c>crwda</c>. <c>world:anyone:crwda</c> by default, as in Heron. Heron's own daemons prove no identity, so they
    /// must be able to read, create, write and delete as anyone.
    /// </summary>
    public const string Acl = "heron.statemgr.zookeeper.acl";

    /// <summary>
    /// File with one line <c>user:password</c> for digest authentication. A file, because settings travel into every topology
    /// package.
    /// </summary>
    public const string DigestFile = "heron.statemgr.zookeeper.auth.digest.file";

    /// <summary>Whether the digest password may be sent without TLS; false by default.</summary>
    public const string DigestPlaintext = "heron.statemgr.zookeeper.auth.digest.allow.plaintext";

    /// <summary>Whether this server speaks TLS with ZooKeeper; false by default.</summary>
    public const string TlsEnabled = "heron.statemgr.zookeeper.ssl.enabled";

    /// <summary>
    /// The servers with their <c>secureClientPort</c>s, chroot included; by default those of the connection string. Heron's
    /// daemons get the connection string on their command line and know no TLS, so they need a plain port of their own.
    /// </summary>
    public const string TlsConnectionString = "heron.statemgr.zookeeper.ssl.connection.string";

    /// <summary>PEM file with the authorities of the servers' certificates; the system's by default.</summary>
    public const string TlsAuthorities = "heron.statemgr.zookeeper.ssl.ca.file";

    /// <summary>PEM file with this server's client certificate; none by default.</summary>
    public const string TlsCertificate = "heron.statemgr.zookeeper.ssl.certificate.file";

    /// <summary>PEM file with the client certificate's private key; by default it stands in the certificate's file.</summary>
    public const string TlsKey = "heron.statemgr.zookeeper.ssl.key.file";

    /// <summary>Whether certificates must carry the host name that the connection string has; true by default.</summary>
    public const string TlsHostName = "heron.statemgr.zookeeper.ssl.hostname.verification";

    /// <summary>Largest request and answer in bytes, as <c>jute.maxbuffer</c> of the servers; 1,048,575 by default.</summary>
    public const string MaxBuffer = "heron.statemgr.zookeeper.jute.maxbuffer";
}
