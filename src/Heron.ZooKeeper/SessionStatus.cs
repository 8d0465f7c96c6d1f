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
