namespace Heron.ZooKeeper.Protocol;

/// <summary>Transaction ids that are not part of the request order.</summary>
internal static class SpecialXid
{
    public const int WatchEvent = -1;
    public const int Ping = -2;
    public const int Auth = -4;
    public const int SetWatches = -8;
}
