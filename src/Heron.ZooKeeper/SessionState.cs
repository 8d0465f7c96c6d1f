namespace Heron.ZooKeeper;

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
