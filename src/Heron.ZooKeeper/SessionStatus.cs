// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper;

/// <summary>A session's state at one moment.</summary>
/// <param name="State">Where the session stands.</param>
/// <param name="SessionId">The server's id of the session, 0 while there is none.</param>
/// <param name="Epoch">
/// Counts sessions: two statuses with different epochs belong to different sessions, so a reader that was too slow to see
/// <see cref="SessionState.Expired"/> still notices.
/// </param>
/// <param name="Timeout">The session timeout that the server granted; zero while there is no session.</param>
/// <param name="Connections">Counts connections made: a larger number than before means that the client has reconnected.</param>
public sealed record SessionStatus(SessionState State, long SessionId, long Epoch, TimeSpan Timeout, long Connections);

/// <summary>Where a session stands. A client moves between these on its own until it is disposed.</summary>
public enum SessionState
{
    /// <summary>No session exists yet, or the last one ended: the client looks for a server.</summary>
    Connecting,

    /// <summary>A server answers and the session is alive.</summary>
    Connected,

    /// <summary>
    /// The connection was lost and the session may or may not still be alive. Ephemeral nodes still exist, but what rests on
    /// them (a lock, a leadership) should pause.
    /// </summary>
    Suspended,

    /// <summary>
    /// The session is gone, because the server said so or because the client's own clock passed the session timeout without
    /// an answer. Ephemeral nodes and watches are lost. The client goes on to <see cref="Connecting"/> with a new session.
    /// </summary>
    Expired,

    /// <summary>The server refused the credentials. Final: only disposing the client leaves this state.</summary>
    AuthFailed,

    /// <summary>The client was disposed. Final.</summary>
    Closed,
}
