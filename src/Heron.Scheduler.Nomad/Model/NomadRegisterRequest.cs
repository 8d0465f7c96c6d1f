using System.Text.Json.Nodes;

namespace Heron.Scheduler.Nomad.Model;

/// <summary>The body of a registration.</summary>
/// <param name="Job">The job.</param>
/// <param name="EnforceIndex">Whether Nomad compares <paramref name="JobModifyIndex"/> first.</param>
/// <param name="JobModifyIndex">As read before; 0 for a job that must not exist.</param>
internal sealed record NomadRegisterRequest(JsonObject Job, bool EnforceIndex, long JobModifyIndex);
