namespace Heron.Scheduler.Nomad.Model;

/// <summary>A machine that runs tasks.</summary>
internal sealed record NomadNode
{
    /// <summary>By default its host name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Host and port of its agent.</summary>
    public string HTTPAddr { get; init; } = "";

    public NomadNodeResources? NodeResources { get; init; }

    /// <summary>Its name and every address that Nomad gives tasks there.</summary>
    public IEnumerable<string> Addresses =>
    [
        Name,
        .. Uri.TryCreate("http://" + HTTPAddr, UriKind.Absolute, out var agent) ? [agent.DnsSafeHost] : Array.Empty<string>(),
        .. NodeResources?.Networks?.Select(n => n.IP ?? "") ?? [],
    ];
}

/// <summary>What a machine has, as far as it matters here.</summary>
internal sealed record NomadNodeResources(IReadOnlyList<NomadNodeNetwork>? Networks);

/// <summary>An address of a machine.</summary>
internal sealed record NomadNodeNetwork(string? IP);
