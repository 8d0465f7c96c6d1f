namespace Heron.ApiServer.Topologies;

/// <summary>The answer to a successful update.</summary>
/// <param name="Message">For example <c>exclamation updated</c>.</param>
internal sealed record UpdatedBody(string Message)
{
    /// <summary>What the scheduler has to say about new containers; left out when nothing.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
