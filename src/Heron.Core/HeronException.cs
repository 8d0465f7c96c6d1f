// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core;

/// <summary>What kind of fault an operation met; the HTTP edge maps each kind to one status code.</summary>
public enum FaultKind
{
    /// <summary>The request itself is malformed (400).</summary>
    BadRequest,

    /// <summary>What the request names does not exist (404).</summary>
    NotFound,

    /// <summary>The request contradicts the present state, or another operation holds the topology (409).</summary>
    Conflict,

    /// <summary>A body or file is larger than the configured limit (413).</summary>
    TooLarge,

    /// <summary>The request is well formed, but what it asks for is wrong: definition, configuration, packing (422).</summary>
    Invalid,

    /// <summary>A fault of this server: disk, packaging (500).</summary>
    Internal,

    /// <summary>Another server refused or answered nonsense: Nomad, an upload target (502).</summary>
    BadGateway,

    /// <summary>Another server cannot be reached or has no room now: ZooKeeper, Nomad (503).</summary>
    Unavailable,

    /// <summary>The disk is full (507).</summary>
    OutOfSpace,
}

/// <summary>An error that a person can act on: <see cref="Exception.Message"/> says what to change or where to look.</summary>
public class HeronException : Exception
{
    /// <summary>Makes an error of a kind with a message for the person who asked.</summary>
    public HeronException(FaultKind kind, string message, Exception? cause = null)
        : base(message, cause) => Kind = kind;

    /// <summary>Decides the HTTP status.</summary>
    public FaultKind Kind { get; }
}
