using Heron.Core.Packages;
using Heron.Core.Topologies;

namespace Heron.Operations.Journal;

/// <summary>The detail of a submission in the journal, and of a kill, which needs the same.</summary>
/// <param name="Topology">Which.</param>
/// <param name="Instance">The server process that does it; tells its package from that of a rival submission.</param>
/// <param name="Package">Its package, once it is published.</param>
/// <param name="Registered">Whether its state may be ours: set before the state is written.</param>
/// <param name="Scheduled">Whether containers may be running: set before the first one starts.</param>
public sealed record SubmitIntent(
    TopologyIdentity Topology,
    string Instance,
    PublishedPackage? Package = null,
    bool Registered = false,
    bool Scheduled = false);
