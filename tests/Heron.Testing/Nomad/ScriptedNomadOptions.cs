// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;

namespace Heron.Testing.Nomad;

/// <summary>What a <see cref="ScriptedNomad"/> pretends to be.</summary>
public sealed record ScriptedNomadOptions
{
    /// <summary>Waited before every request is looked at.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether requests are kept for <see cref="ScriptedNomad.Requests"/>; a measurement of memory does without.</summary>
    public bool RecordsRequests { get; init; } = true;

    /// <summary>Datacenters that have nodes.</summary>
    public IReadOnlyList<string> Datacenters { get; init; } = ["dc1"];

    /// <summary>Drivers that the nodes can use.</summary>
    public IReadOnlyList<string> Drivers { get; init; } = ["raw_exec", "docker"];

    /// <summary>Number of nodes in each datacenter.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Memory of the largest node.</summary>
    public long NodeMemoryMb { get; init; } = 1_000_000;

    /// <summary>CPU of the largest node, in MHz.</summary>
    public long NodeCpu { get; init; } = 1_000_000;

    /// <summary>Disk of the largest node.</summary>
    public long NodeDiskMb { get; init; } = 10_000_000;

    /// <summary>Namespaces that exist.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["default"];

    /// <summary>The region of the servers.</summary>
    public string Region { get; init; } = "global";

    /// <summary>The token that requests must carry, or null when access control is off.</summary>
    public string? Token { get; init; }

    /// <summary>The path of a socket to listen on in place of a port, or null.</summary>
    public string? SocketPath { get; init; }

    /// <summary>The server's certificate with its key, for TLS; null for plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Certificates between the server's and its authority's, sent with the server's.</summary>
    public X509Certificate2Collection CertificateChain { get; init; } = [];

    /// <summary>The thumbprint that a client's certificate must have; null when clients need none.</summary>
    public string? ClientThumbprint { get; init; }

    /// <summary>The only authority that the server knows: what lies between it and a client's certificate the client must send.</summary>
    public X509Certificate2? ClientAuthority { get; init; }

    /// <summary>Whether <c>meta=true</c> adds the meta data to the job list, as from 1.5 on; 1.0 ignores it.</summary>
    public bool ListsMeta { get; init; }

    /// <summary>How often an evaluation is read as <c>pending</c> before it is complete.</summary>
    public int PendingReads { get; init; }

    /// <summary>Whether raw_exec tasks are really run as processes.</summary>
    public bool RunsTasks { get; init; }

    /// <summary>The client's data folder, for task folders; a temporary one, removed at the end, when null.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Pause before a task that ended is started again, in place of the policy's.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Names and values that the agent's environment has besides that of the test process; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> AgentEnvironment { get; init; } = new Dictionary<string, string?>();
}
