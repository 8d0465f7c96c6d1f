namespace Heron.ZooKeeper.Protocol;

/// <summary>Says in words what the first bytes of something that is not ZooKeeper probably are.</summary>
internal static class PeerGuess
{
    public static string From(ReadOnlySpan<byte> first)
    {
        // A TLS alert (21) or handshake (22) record of any version begins with the type and major version 3.
        if (first.Length >= 2 && first[0] is 0x15 or 0x16 && first[1] == 3)
        {
            return "the port speaks TLS; configure TLS or use the plain client port.";
        }

        return first.StartsWith("HTTP"u8)
            ? "the port speaks HTTP (ZooKeeper's admin server?); use the client port."
            : "this is not ZooKeeper's client protocol, or MaxFrameBytes is smaller than the servers' jute.maxbuffer.";
    }
}
