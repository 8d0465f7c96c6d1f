// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace Heron.Operations.Observe.Plans;

/// <summary>Components and the streams between them.</summary>
/// <param name="Components">Spouts first.</param>
public sealed record LogicalPlanView(IReadOnlyList<ComponentView> Components);

/// <summary>A spout or a bolt.</summary>
/// <param name="Name">Unique in the topology.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="Parallelism">How many instances it has.</param>
/// <param name="Inputs">What it takes; a spout takes nothing.</param>
/// <param name="Outputs">The streams that it emits.</param>
public sealed record ComponentView(
    string Name, ComponentKind Kind, int Parallelism, IReadOnlyList<InputView> Inputs, IReadOnlyList<string> Outputs);

/// <summary>What a component is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComponentKind>))]
public enum ComponentKind
{
    /// <summary>Where tuples come from.</summary>
    [JsonStringEnumMemberName("spout")]
    Spout,

    /// <summary>What is done with them.</summary>
    [JsonStringEnumMemberName("bolt")]
    Bolt,
}

/// <summary>A stream that a bolt takes.</summary>
/// <param name="Component">Whose stream.</param>
/// <param name="Stream">Its name there.</param>
/// <param name="Grouping">Which instance gets which tuple: <c>SHUFFLE</c>, <c>FIELDS</c>, ..</param>
/// <param name="Fields">What a grouping by fields goes by.</param>
public sealed record InputView(string Component, string Stream, string Grouping, IReadOnlyList<string> Fields);

/// <summary>What should run in which container.</summary>
/// <param name="Id">Of the topology.</param>
/// <param name="Containers">By number; container 0, the topology manager's, is in no plan.</param>
public sealed record PackingPlanView(string Id, IReadOnlyList<PlannedContainerView> Containers);

/// <summary>A container of the plan.</summary>
/// <param name="Id">1 or more.</param>
/// <param name="Required">What its instances and its own processes take.</param>
/// <param name="Instances">What runs in it.</param>
public sealed record PlannedContainerView(int Id, ResourcesView Required, IReadOnlyList<PlannedInstanceView> Instances)
{
    /// <summary>What the scheduler was asked for; left out where the plan does not say.</summary>
    public ResourcesView? Scheduled { get; init; }
}

/// <summary>An instance of the plan.</summary>
/// <param name="Component">Whose instance.</param>
/// <param name="Task">Unique in the topology.</param>
/// <param name="Index">Counts from 0 within the component.</param>
/// <param name="Resources">What it takes.</param>
public sealed record PlannedInstanceView(string Component, int Task, int Index, ResourcesView Resources);

/// <summary>Resources.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="Ram">Bytes.</param>
/// <param name="Disk">Bytes.</param>
public sealed record ResourcesView(double Cpu, long Ram, long Disk);

/// <summary>What runs where, by the topology manager's word.</summary>
/// <param name="State"><c>RUNNING</c> or <c>PAUSED</c>.</param>
/// <param name="StreamManagers">One a container.</param>
public sealed record PhysicalPlanView(string State, IReadOnlyList<StreamManagerView> StreamManagers);

/// <summary>The stream manager of a container.</summary>
/// <param name="Id"><c>stmgr-</c> and the container's number.</param>
/// <param name="Host">As it published it.</param>
/// <param name="DataPort">Where other stream managers send tuples.</param>
/// <param name="ShellPort">HTTP: heron-shell.</param>
/// <param name="Pid">On its host.</param>
/// <param name="Instances">What registered with it.</param>
public sealed record StreamManagerView(
    string Id, string Host, int DataPort, int? ShellPort, int Pid, IReadOnlyList<RunningInstanceView> Instances);

/// <summary>An instance that runs.</summary>
/// <param name="Id"><c>container_1_word_5</c>; metrics, exceptions and logs go by it.</param>
/// <param name="Component">Whose instance.</param>
/// <param name="Task">Unique in the topology.</param>
/// <param name="Index">Counts from 0 within the component.</param>
public sealed record RunningInstanceView(string Id, string Component, int Task, int Index);

/// <summary>The settings in force.</summary>
/// <param name="Topology">Of the topology.</param>
/// <param name="Components">Of each component.</param>
public sealed record TopologyConfigView(
    SortedDictionary<string, string> Topology, SortedDictionary<string, SortedDictionary<string, string>> Components);
