namespace Heron.ZooKeeper.Protocol;

/// <summary>What every frame from the server but the handshake's begins with.</summary>
internal readonly record struct ReplyHeader(int Xid, long Zxid, ErrorCode Error)
{
    public static ReplyHeader Read(ref JuteReader reader) => new(reader.Int(), reader.Long(), (ErrorCode)reader.Int());
}
