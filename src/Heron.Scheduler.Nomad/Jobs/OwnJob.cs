// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>A job of one topology, as found in Nomad.</summary>
/// <param name="Container">The container's number.</param>
/// <param name="Id">The job's id.</param>
/// <param name="Submission">What registered it, see <see cref="JobNames.MetaSubmission"/>; null for jobs of the Java server.</param>
/// <param name="IsStopped">Deregistered but not forgotten, as the Java server's kill leaves jobs for hours.</param>
internal sealed record OwnJob(int Container, string Id, string? Submission, bool IsStopped);
