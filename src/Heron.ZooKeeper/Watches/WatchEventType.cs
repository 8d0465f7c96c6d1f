namespace Heron.ZooKeeper;

/// <summary>What made a watch fire. Positive values are those of the wire protocol.</summary>
public enum WatchEventType
{
    /// <summary>The session ended, so the watch is gone; nothing is known about the node.</summary>
    SessionEnded = 0,

    /// <summary>The node was created.</summary>
    NodeCreated = 1,

    /// <summary>The node was deleted.</summary>
    NodeDeleted = 2,

    /// <summary>The node's data was set.</summary>
    NodeDataChanged = 3,

    /// <summary>A child of the node was created or deleted.</summary>
    NodeChildrenChanged = 4,
}
