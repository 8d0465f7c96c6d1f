// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.Core.Scheduling;

/// <summary>How a container is, by the scheduler's own knowledge.</summary>
public enum ContainerState
{
    /// <summary>Asked for, and without a place yet; <see cref="ContainerStatus.Reason"/> says why.</summary>
    Pending,

    /// <summary>Has a place and is being started: its task is prepared, heron-core and package are fetched.</summary>
    Starting,

    /// <summary>Its executor runs.</summary>
    Running,

    /// <summary>Ended by itself and is started again, or waits to be; <see cref="ContainerStatus.Reason"/> says why.</summary>
    Failing,

    /// <summary>Ended on somebody's order and is not started again.</summary>
    Stopped,

    /// <summary>The plan has it and the scheduler does not.</summary>
    Missing,

    /// <summary>Its node is gone or does not answer, so nobody knows whether it runs.</summary>
    Lost,
}

/// <summary>How a container's last run ended.</summary>
/// <param name="Status">The exit status; null when it is not known, or a signal ended it.</param>
/// <param name="Signal">The number of the signal that ended it, or null.</param>
/// <param name="IsOutOfMemory">Whether the kernel ended it because it took more memory than it may.</param>
/// <param name="At">When, if known.</param>
public sealed record ContainerExit(int? Status, int? Signal, bool IsOutOfMemory, DateTimeOffset? At)
{
    /// <summary>How, in a few words: <c>status 72: the topology package cannot be fetched</c>, <c>signal 9, out of memory</c>.</summary>
    public string ToWords()
    {
        var end = (Status, Signal) switch
        {
            (_, { } signal) => string.Create(CultureInfo.InvariantCulture, $"signal {signal}"),
            ({ } status, _) => string.Create(CultureInfo.InvariantCulture, $"status {status}"),
            _ => "an unknown status",
        };
        return end
            + (IsOutOfMemory ? ", out of memory" : "")
            + (Status is { } number && StartScript.Explain(number) is { } meaning ? ": " + meaning : "");
    }
}

/// <summary>One container, by the scheduler's own knowledge.</summary>
public sealed record ContainerStatus
{
    /// <summary>Its number; 0 is the topology manager's.</summary>
    public required int Container { get; init; }

    /// <summary>How it is.</summary>
    public required ContainerState State { get; init; }

    /// <summary>Since when it is so, if known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The name of the machine that it runs on, or ran on last; null without one.</summary>
    public string? Node { get; init; }

    /// <summary>The addresses at which its ports are, as the scheduler gave them out; what claims to be its daemon elsewhere is not.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Its ports by label; see <see cref="ExecutorPort"/>.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();

    /// <summary>How often it was started again since it was submitted or restarted on somebody's order.</summary>
    public int Restarts { get; init; }

    /// <summary>How its last run ended, if one did and the scheduler knows.</summary>
    public ContainerExit? LastExit { get; init; }

    /// <summary>Why it does not run, in words for a person: the scheduler's, or the last lines of its own error output.</summary>
    public string? Reason { get; init; }

    /// <summary>What the scheduler calls this run of it: an allocation's or a process's id.</summary>
    public string? Run { get; init; }

    /// <summary>The scheduler's own page of it, for a browser; null when there is none.</summary>
    public string? Page { get; init; }
}

/// <summary>
/// A topology that the scheduler has containers of, as their own records tell: nothing of it is taken from the state. What
/// another server did not note is null.
/// </summary>
/// <param name="Name">The topology's name.</param>
/// <param name="Id">Its id, which its jobs and folders are named by.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="Role">Its role.</param>
/// <param name="Environment">Its environment.</param>
/// <param name="Containers">The numbers of its containers, sorted, those that are stopped left out.</param>
public sealed record ScheduledTopology(
    string Name, string Id, string? Cluster, string? Role, string? Environment, IReadOnlyList<int> Containers)
{
    /// <summary>Whether the containers say that they are this topology's. What they do not say does not contradict.</summary>
    public bool MayBe(string cluster, string role, string environment, string name) =>
        Name == name && (Cluster ?? cluster) == cluster && (Role ?? role) == role && (Environment ?? environment) == environment;

    /// <summary>The identity; what the containers do not say is taken from a guess, such as that of a request.</summary>
    public Topologies.TopologyIdentity Identity(string cluster, string role, string environment) =>
        new(Cluster ?? cluster, Role ?? role, Environment ?? environment, Name, Id);
}

/// <summary>Says that a container, or something about it, changed.</summary>
/// <param name="TopologyId">Whose; null when anything may have changed, as after a connection broke: then all is to be read anew.</param>
/// <param name="Container">Which; null when it may be any.</param>
public sealed record ContainerChange(string? TopologyId, int? Container);
