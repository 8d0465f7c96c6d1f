// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>All that the pages of one topology show of it.</summary>
public sealed record TopologyView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Name and UUID.</summary>
    public required string Id { get; init; }

    /// <summary>As submitted.</summary>
    public required string Cluster { get; init; }

    /// <summary>As submitted.</summary>
    public required string Role { get; init; }

    /// <summary>As submitted; may be empty.</summary>
    public required string Environment { get; init; }

    /// <summary>Who submitted it.</summary>
    public required string Owner { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? Submitted { get; init; }

    /// <summary>The release of the server that took the submission.</summary>
    public string Release { get; init; } = "";

    /// <summary>How it is.</summary>
    public required Condition Condition { get; init; }

    /// <summary>Whether it was deactivated; null while nobody says.</summary>
    public bool? IsPaused { get; init; }

    /// <summary>What is wrong, worst first.</summary>
    public IReadOnlyList<Trouble> Troubles { get; init; } = [];

    /// <summary>What is being done with it, by whom and since when; null when nothing is.</summary>
    public string? Busy { get; init; }

    /// <summary>How far that is, step by step; empty when it tells none.</summary>
    public IReadOnlyList<StepView> Steps { get; init; } = [];

    /// <summary>Its spouts and bolts, in the order in which tuples meet them.</summary>
    public IReadOnlyList<ComponentView> Components { get; init; } = [];

    /// <summary>What flows between them.</summary>
    public IReadOnlyList<StreamView> Streams { get; init; } = [];

    /// <summary>Why the components have no figures, or null.</summary>
    public string? FiguresProblem { get; init; }

    /// <summary>What happened lately, newest first.</summary>
    public IReadOnlyList<EventView> Events { get; init; } = [];

    /// <summary>Its containers by number, the topology manager's included when something is known of it.</summary>
    public IReadOnlyList<ContainerView> Containers { get; init; } = [];

    /// <summary>Pages of the scheduler that show it.</summary>
    public IReadOnlyList<string> SchedulerPages { get; init; } = [];

    /// <summary>Where its topology manager is reached, or null while it is not registered.</summary>
    public string? Manager { get; init; }

    /// <summary>The routes of the API for it.</summary>
    public string Api => PageUrls.Api(Cluster, Role, Environment, Name);
}

/// <summary>Something that is wrong.</summary>
/// <param name="Mood">How bad it is.</param>
/// <param name="What">In a few words.</param>
/// <param name="Why">A sentence with the reason and what to do, or null.</param>
/// <param name="Link">Where to look further, or null.</param>
public sealed record Trouble(Mood Mood, string What, string? Why = null, string? Link = null);

/// <summary>A step of what is being done with a topology.</summary>
/// <param name="Text">In words.</param>
/// <param name="IsDone">Whether it is behind.</param>
/// <param name="IsNow">Whether it is this that is being done.</param>
/// <param name="Since">Since when.</param>
public sealed record StepView(string Text, bool IsDone, bool IsNow, DateTimeOffset? Since);

/// <summary>A spout or bolt.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSpout">Whether tuples begin here.</param>
/// <param name="Parallelism">How many instances it should have.</param>
public sealed record ComponentView(string Name, bool IsSpout, int Parallelism)
{
    /// <summary>What was counted of it; null while nothing is known.</summary>
    public ComponentFigures? Figures { get; init; }
}

/// <summary>What a component did in a span of time, over all its instances.</summary>
public sealed record ComponentFigures
{
    /// <summary>Tuples a second that it emitted.</summary>
    public double? Emitted { get; init; }

    /// <summary>Tuples a second that it executed; null for spouts.</summary>
    public double? Executed { get; init; }

    /// <summary>Tuples a second that were acked.</summary>
    public double? Acked { get; init; }

    /// <summary>Tuples a second that failed.</summary>
    public double? Failed { get; init; }

    /// <summary>From emit to the last ack for spouts, from arrival to ack for bolts, in ms.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>How long one execution took, in ms; null for spouts.</summary>
    public double? ExecuteMs { get; init; }

    /// <summary>The share of the time, 0 to 1, in which an instance of it held others up.</summary>
    public double? BackPressure { get; init; }

    /// <summary>The share of the time, 0 to 1, in which its busiest instance was executing; null for spouts.</summary>
    public double? Capacity { get; init; }
}

/// <summary>A stream from one component to another.</summary>
/// <param name="From">Who emits it.</param>
/// <param name="To">Who takes it.</param>
/// <param name="Stream">Its name.</param>
/// <param name="Grouping">How tuples find their instance: <c>shuffle</c>, <c>fields (word)</c>.</param>
public sealed record StreamView(string From, string To, string Stream, string Grouping)
{
    /// <summary>Tuples a second that the emitter put on it.</summary>
    public double? Rate { get; init; }
}

/// <summary>A container.</summary>
/// <param name="Id">Its number; 0 is the topology manager's.</param>
/// <param name="Condition">How it is.</param>
public sealed record ContainerView(int Id, Condition Condition)
{
    /// <summary>The machine it runs on, or null.</summary>
    public string? Node { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How often it was started again.</summary>
    public int? Restarts { get; init; }

    /// <summary>How it ended the last time.</summary>
    public string? LastExit { get; init; }

    /// <summary>Cores asked for.</summary>
    public double? Cpu { get; init; }

    /// <summary>Memory asked for, in bytes.</summary>
    public long? Ram { get; init; }

    /// <summary>Disk asked for, in bytes.</summary>
    public long? Disk { get; init; }

    /// <summary>What runs in it.</summary>
    public IReadOnlyList<InstanceView> Instances { get; init; } = [];

    /// <summary>Its ports by name.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Ports { get; init; } = [];

    /// <summary>The scheduler's own page of it, or null.</summary>
    public string? SchedulerPage { get; init; }
}

/// <summary>An instance of a component.</summary>
/// <param name="Component">Whose.</param>
/// <param name="Task">Unique in the topology.</param>
/// <param name="Index">Counts from 0 within the component.</param>
public sealed record InstanceView(string Component, int Task, int Index)
{
    /// <summary>The name that the topology manager gave it: <c>container_1_word_2</c>; null before.</summary>
    public string? InstanceId { get; init; }
}
