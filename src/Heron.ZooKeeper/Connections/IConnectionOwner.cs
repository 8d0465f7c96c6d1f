namespace Heron.ZooKeeper.Connections;

/// <summary>What a connection tells the session it serves, from its reading loop.</summary>
internal interface IConnectionOwner
{
    void WatchFired(WatchEventType type, string serverPath);

    void SawTransaction(long zxid);
}
