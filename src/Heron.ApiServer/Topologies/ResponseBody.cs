namespace Heron.ApiServer.Topologies;

/// <summary>The answer to a dry run.</summary>
/// <param name="Response">The rendered plan, which the CLI prints.</param>
internal sealed record ResponseBody(string Response);
