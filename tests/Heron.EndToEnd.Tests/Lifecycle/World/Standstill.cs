namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>Where a server stands still, for a test to kill it there.</summary>
/// <param name="Line">Part of the first line of its log that it does not get past.</param>
/// <param name="Reached">The file that appears when it has come there.</param>
internal sealed record Standstill(string Line, string Reached);
