using Heron.Operations;

namespace Heron.Pages.Serving;

/// <summary>Whoever looks at a page and may see some topologies only: a feature of the request. Without it everything may be seen.</summary>
/// <param name="MayRead">Whether a topology may be seen.</param>
public sealed record PageViewer(Func<TopologyAddress, bool> MayRead);
