// SPDX-License-Identifier: Apache-2.0
namespace Heron.Operations;

/// <summary>Who asks for an operation.</summary>
/// <param name="Address">Where the request comes from.</param>
/// <param name="User">The name that the client gave, or null. It is the client's own claim; nothing is granted by it.</param>
/// <param name="RequestId">Names the request in the log.</param>
public sealed record Caller(string Address, string? User = null, string RequestId = "")
{
    /// <summary>The server itself: what it does in the background.</summary>
    public static Caller Server { get; } = new("this server");

    /// <summary><c>ADDRESS</c>, or <c>USER at ADDRESS</c>, for messages and logs.</summary>
    public override string ToString() => User is null ? Address : $"{User} at {Address}";
}
