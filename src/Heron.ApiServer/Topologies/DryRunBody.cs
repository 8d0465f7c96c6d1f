namespace Heron.ApiServer.Topologies;

/// <summary>The body of a dry run, which the CLI prints.</summary>
/// <param name="Response">The rendered plan.</param>
internal sealed record DryRunBody(string Response);
