// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad.Placement;

/// <summary>A job that was registered and is now watched.</summary>
/// <param name="Container">The container's number.</param>
/// <param name="Id">The job's id.</param>
/// <param name="Evaluation">The evaluation that Nomad named, or null when its answer was lost.</param>
/// <param name="Asked">What it asks for.</param>
internal sealed record PlacedJob(int Container, string Id, string? Evaluation, AskedResources Asked);
