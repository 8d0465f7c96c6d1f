// SPDX-License-Identifier: Apache-2.0
using Heron.Scheduler.Nomad.Client;

namespace Heron.Scheduler.Nomad;

/// <summary>
/// How to reach Nomad. Read once at start from the server's configuration: a submission cannot redirect the server to
/// another Nomad. A configuration key counts before the environment variable that Nomad's own tools read.
/// </summary>
internal sealed record NomadConnectionSettings
{
    /// <summary>A submission waits for nodes at most so many seconds; clients give up sooner.</summary>
    public const int LongestPlacementWait = 600;

    /// <summary>The agent's address, with a scheme and without a slash at the end; a path before <c>/v1</c> is kept. With the scheme
    /// <c>unix</c> it is the path of a socket.</summary>
    public required Uri Address { get; init; }

    /// <summary>ACL token, or null.</summary>
    public string? Token { get; init; }

    /// <summary>Namespace, or null for Nomad's default.</summary>
    public string? Namespace { get; init; }

    /// <summary>Region, or null for the agent's own.</summary>
    public string? Region { get; init; }

    /// <summary>PEM file with trusted authorities, or null.</summary>
    public string? CaCert { get; init; }

    /// <summary>Folder of PEM files with trusted authorities, or null.</summary>
    public string? CaPath { get; init; }

    /// <summary>PEM file of the client certificate, or null.</summary>
    public string? ClientCert { get; init; }

    /// <summary>PEM file of its key, or null.</summary>
    public string? ClientKey { get; init; }

    /// <summary>Name to find in Nomad's certificate, or null for the host of the address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Accepts any certificate.</summary>
    public bool TlsSkipVerify { get; init; }

    /// <summary><c>user:password</c>, or null.</summary>
    public string? HttpAuth { get; init; }

    /// <summary>Most requests, and connections, at once.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>Longest time for one try of one request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time in which nothing comes in the middle of an answer.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Repetitions after the first try.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Pause before the first repetition.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a placement is waited for, and what follows when there is none: for missing containers that are made again.</summary>
    public PlacementPolicy Placement { get; init; } = PlacementPolicy.Warn;

    /// <summary>The same for containers that an update adds.</summary>
    public PlacementPolicy UpdatePlacement { get; init; } = PlacementPolicy.Require;

    /// <summary>How long a placement is waited for.</summary>
    public TimeSpan PlacementWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the settings; what cannot be used is noted in the reader's findings.</summary>
    public static NomadConnectionSettings Read(NomadSettingReader read)
    {
        return new NomadConnectionSettings
        {
            Address = ReadAddress(read),
            Token = read.Text(NomadKeys.Token, "NOMAD_TOKEN"),
            Namespace = ReadNamespace(read),
            Region = read.Text(NomadKeys.Region, "NOMAD_REGION"),
            CaCert = read.Text(NomadKeys.CaCert, "NOMAD_CACERT"),
            CaPath = read.Text(NomadKeys.CaPath, "NOMAD_CAPATH"),
            ClientCert = read.Text(NomadKeys.ClientCert, "NOMAD_CLIENT_CERT"),
            ClientKey = read.Text(NomadKeys.ClientKey, "NOMAD_CLIENT_KEY"),
            TlsServerName = read.Text(NomadKeys.TlsServerName, "NOMAD_TLS_SERVER_NAME"),
            TlsSkipVerify = read.Flag(NomadKeys.TlsSkipVerify, "NOMAD_SKIP_VERIFY"),
            HttpAuth = read.Text(NomadKeys.HttpAuth, "NOMAD_HTTP_AUTH"),
            Parallelism = read.Number(NomadKeys.Parallelism, 8, 1, 64),
            RequestTimeout = read.Seconds(NomadKeys.RequestTimeout, 30, 1, 600),
            Retries = read.Number(NomadKeys.Retries, 5, 0, 20),
            RetryDelay = TimeSpan.FromMilliseconds(read.Number(NomadKeys.RetryDelay, 200, 1, 60_000)),
            Placement = read.Choice<PlacementPolicy>(NomadKeys.Placement, PlacementPolicy.Warn),
            UpdatePlacement = read.Choice<PlacementPolicy>(NomadKeys.UpdatePlacement, PlacementPolicy.Require),
            PlacementWait = read.Seconds(NomadKeys.PlacementWait, 10, 0, LongestPlacementWait),
        };
    }

    private static string? ReadNamespace(NomadSettingReader read)
    {
        // Nomad's own tools take it for lists; here jobs of other namespaces with the same id would be taken for ours.
        var name = read.Text(NomadKeys.Namespace, "NOMAD_NAMESPACE");
        return name == "*"
            ? read.Wrong<string?>($"{NomadKeys.Namespace} (or NOMAD_NAMESPACE)", "the name of one namespace", name, null)
            : name;
    }

    private static Uri ReadAddress(NomadSettingReader read)
    {
        var address = read.Findings.Try(() => NomadAddress.Parse(read.Text(NomadKeys.SchedulerUri, "NOMAD_ADDR") ?? NomadAddress.Default));
        if (address?.Warning is { } warning)
        {
            read.Findings.Warning(warning);
        }

        return address?.Uri ?? new Uri(NomadAddress.Default);
    }
}
