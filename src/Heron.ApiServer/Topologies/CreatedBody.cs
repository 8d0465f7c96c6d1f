using System.Text.Json.Serialization;

namespace Heron.ApiServer.Topologies;

/// <summary>The body of a 201.</summary>
/// <param name="Name">The topology.</param>
/// <param name="Cluster">As submitted.</param>
/// <param name="Role">As submitted.</param>
/// <param name="Environment">As submitted.</param>
internal sealed record CreatedBody(string Name, string Cluster, string Role, string Environment)
{
    /// <summary>What the scheduler wants the user to know, such as a container that finds no node yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}
