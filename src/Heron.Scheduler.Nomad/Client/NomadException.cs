// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Heron.Core;

namespace Heron.Scheduler.Nomad.Client;

/// <summary>Nomad refused, or could not be asked.</summary>
internal sealed class NomadException : HeronException
{
    public NomadException(FaultKind kind, string message, HttpStatusCode? status, string words, Exception? cause = null)
        : base(kind, message, cause)
    {
        Status = status;
        Words = words;
    }

    /// <summary>The status of the answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Nomad's own words, without those around them.</summary>
    public string Words { get; }

    /// <summary>A registration met a job that exists or has changed since it was read.</summary>
    public bool IsIndexConflict => Words.Contains("Enforcing job modify index", StringComparison.Ordinal);

    /// <summary>An answer that is no JSON, such as a web page, or JSON of another shape.</summary>
    public static NomadException NotUnderstood(JsonException fault) =>
        NotUnderstood($"it is no JSON of Nomad's, from byte {fault.BytePositionInLine ?? 0} of line {(fault.LineNumber ?? 0) + 1} on", fault);

    /// <summary>The answer of something that is no Nomad, or is out of its mind.</summary>
    public static NomadException NotUnderstood(string what, Exception? cause) => new(
        FaultKind.BadGateway,
        $"Nomad's answer is not understood ({what.TrimEnd('.')}); is the address in {NomadKeys.SchedulerUri} really that of a Nomad agent?",
        null,
        "",
        cause);
}
