// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.State;

/// <summary>
/// Every node name of the state, in one place: the same under a ZooKeeper root and in a folder. What Heron's daemons,
/// the tracker and the Java tools look for, so nothing here may change.
/// </summary>
public sealed class StatePaths
{
    /// <summary>Where topology managers of heron-core 0.20.4 and later publish their location.</summary>
    public const string TManagersDirectory = "tmanagers";

    /// <summary>Where topology masters of heron-core up to 0.20.3 publish their location.</summary>
    public const string TMastersDirectory = "tmasters";

    /// <summary>The lock that an update holds, in the Java tools too.</summary>
    public const string UpdateTopologyLock = "updateTopology";

    private readonly string _prefix;

    /// <summary>Names below a root.</summary>
    /// <param name="root">Absolute: a znode path or a folder. A closing slash does not matter.</param>
    /// <param name="tManagerDirectory"><see cref="TManagersDirectory"/> or <see cref="TMastersDirectory"/>, as the heron-core in use has it.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> when the root is not absolute.</exception>
    public StatePaths(string root, string tManagerDirectory = TManagersDirectory)
    {
        if (!root.StartsWith('/'))
        {
            throw new HeronException(
                FaultKind.Invalid, $"heron.statemgr.root.path must be an absolute path, not '{root}'");
        }

        _prefix = root.TrimEnd('/');
        Root = _prefix.Length == 0 ? "/" : _prefix;
        TManagers = Directory(tManagerDirectory);
        MetricsCaches = Directory("metricscaches");
        Topologies = Directory("topologies");
        PackingPlans = Directory("packingplans");
        PhysicalPlans = Directory("pplans");
        ExecutionStates = Directory("executionstate");
        SchedulerLocations = Directory("schedulers");
        StatefulCheckpoints = Directory("statefulcheckpoints");
        Locks = Directory("locks");
        Directories =
        [
            TManagers, MetricsCaches, Topologies, PackingPlans, PhysicalPlans, ExecutionStates, SchedulerLocations,
            StatefulCheckpoints, Locks,
        ];
    }

    /// <summary>The root, without a closing slash.</summary>
    public string Root { get; }

    /// <summary>The directory of topology manager locations.</summary>
    public string TManagers { get; }

    /// <summary>The directory of metrics cache locations.</summary>
    public string MetricsCaches { get; }

    /// <summary>The directory whose children are the running topologies.</summary>
    public string Topologies { get; }

    /// <summary>The directory of packing plans.</summary>
    public string PackingPlans { get; }

    /// <summary>The directory of physical plans.</summary>
    public string PhysicalPlans { get; }

    /// <summary>The directory of execution states.</summary>
    public string ExecutionStates { get; }

    /// <summary>The directory of scheduler locations.</summary>
    public string SchedulerLocations { get; }

    /// <summary>The directory of consistent checkpoints.</summary>
    public string StatefulCheckpoints { get; }

    /// <summary>The directory of locks.</summary>
    public string Locks { get; }

    /// <summary>All directories below the root, in the order in which the Java server makes them.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary><c>topologies/NAME</c>; while it exists the topology counts as running.</summary>
    public string Topology(string topologyName) => Node(Topologies, topologyName);

    /// <summary><c>packingplans/NAME</c>.</summary>
    public string PackingPlan(string topologyName) => Node(PackingPlans, topologyName);

    /// <summary><c>pplans/NAME</c>, written by the topology manager.</summary>
    public string PhysicalPlan(string topologyName) => Node(PhysicalPlans, topologyName);

    /// <summary><c>executionstate/NAME</c>.</summary>
    public string ExecutionState(string topologyName) => Node(ExecutionStates, topologyName);

    /// <summary><c>schedulers/NAME</c>.</summary>
    public string SchedulerLocation(string topologyName) => Node(SchedulerLocations, topologyName);

    /// <summary><c>tmanagers/NAME</c> or <c>tmasters/NAME</c>, written by the topology manager.</summary>
    public string TManagerLocation(string topologyName) => Node(TManagers, topologyName);

    /// <summary><c>metricscaches/NAME</c>, written by the metrics cache manager.</summary>
    public string MetricsCacheLocation(string topologyName) => Node(MetricsCaches, topologyName);

    /// <summary><c>statefulcheckpoints/NAME</c>, written by the topology manager; outlives a kill, so that a resubmission resumes.</summary>
    public string StatefulCheckpoint(string topologyName) => Node(StatefulCheckpoints, topologyName);

    /// <summary><c>locks/TOPOLOGY__LOCK</c>.</summary>
    public string Lock(string topologyName, string lockName) => Node(Locks, $"{topologyName}__{lockName}");

    /// <summary>The path of one of a topology's nodes.</summary>
    public string Of(StateNode node, string topologyName) => node switch
    {
        StateNode.Definition => Topology(topologyName),
        StateNode.ExecutionState => ExecutionState(topologyName),
        StateNode.PackingPlan => PackingPlan(topologyName),
        StateNode.PhysicalPlan => PhysicalPlan(topologyName),
        StateNode.SchedulerLocation => SchedulerLocation(topologyName),
        StateNode.TManagerLocation => TManagerLocation(topologyName),
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "no such node"),
    };

    /// <summary>The path of what a daemon publishes.</summary>
    public string Of(PublishingDaemon daemon, string topologyName) =>
        daemon == PublishingDaemon.TManager ? TManagerLocation(topologyName) : MetricsCacheLocation(topologyName);

    /// <summary>The path of one of a topology's nodes without the root, for people: <c>executionstate/NAME</c>.</summary>
    public static string RelativeOf(StateNode node, string topologyName) => new StatePaths("/").Of(node, topologyName)[1..];

    /// <summary>
    /// Whether a name in a directory of the state can be a topology's. Hidden files are leftovers of tools that write and rename.
    /// </summary>
    public static bool IsTopologyName(string name) => IsName(name) && !name.StartsWith('.');

    /// <summary>Whether a name can be that of a node at all, hidden ones included.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.Any(c => c == '/' || char.IsControl(c));

    private static string Node(string directory, string name)
    {
        // Names come from definitions and from URLs: none may leave its directory.
        if (!IsName(name))
        {
            throw new HeronException(FaultKind.Invalid, $"'{ShownText.Of(name)}' cannot be the name of a topology");
        }

        return $"{directory}/{name}";
    }

    private string Directory(string name) => $"{_prefix}/{name}";
}
