// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Tests.Fakes;

/// <summary>A request as a fake server received it.</summary>
internal sealed record FakeRequest(int Xid, OpCode Op, byte[] Body)
{
    /// <summary>The first string of the body, which for most operations is the path; empty without a body.</summary>
    public string Path
    {
        get
        {
            var reader = new JuteReader(Body);
            return Body.Length == 0 ? "" : reader.String();
        }
    }

    public static FakeRequest Read(byte[] frame)
    {
        var reader = new JuteReader(frame);
        return new FakeRequest(reader.Int(), (OpCode)reader.Int(), frame[8..]);
    }

    /// <summary>The body of a setWatches.</summary>
    public (long Zxid, string[] Data, string[] Exists, string[] Children) Watches()
    {
        var reader = new JuteReader(Body);
        return (reader.Long(), reader.Strings(), reader.Strings(), reader.Strings());
    }
}
