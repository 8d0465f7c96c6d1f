namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>Where a server stands still, for a test to kill it there.</summary>
/// <param name="Moment">The failpoint that it does not get past.</param>
/// <param name="Reached">The file that appears when it has come there.</param>
internal sealed record Standstill(string Moment, string Reached);
