// SPDX-License-Identifier: Apache-2.0
using System.Net;
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
}
