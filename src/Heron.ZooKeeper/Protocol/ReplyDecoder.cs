namespace Heron.ZooKeeper.Protocol;

/// <summary>Reads the body of an answer.</summary>
internal delegate T ReplyDecoder<out T>(ErrorCode error, ref JuteReader body);
