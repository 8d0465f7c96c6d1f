namespace Heron.ZooKeeper;

/// <summary>What a watch has seen.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Path">The node, as the caller wrote its path.</param>
public sealed record WatchEvent(WatchEventType Type, string Path);
