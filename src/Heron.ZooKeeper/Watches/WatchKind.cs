namespace Heron.ZooKeeper.Watches;

/// <summary>How a watch was set, which decides what makes it fire.</summary>
internal enum WatchKind
{
    /// <summary>By getData, or by exists of a node that was there.</summary>
    Data,

    /// <summary>By exists of a node that was not there.</summary>
    Exists,

    /// <summary>By getChildren.</summary>
    Children,
}
