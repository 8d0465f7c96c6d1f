// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Protocol;

/// <summary>Operation numbers, as ZooKeeper's <c>ZooDefs.OpCode</c> has them.</summary>
internal enum OpCode
{
    Create = 1,
    Delete = 2,
    Exists = 3,
    GetData = 4,
    SetData = 5,
    GetAcl = 6,
    SetAcl = 7,
    Sync = 9,
    Ping = 11,
    GetChildren2 = 12,
    Check = 13,
    Multi = 14,
    Create2 = 15,
    CreateContainer = 19,
    Auth = 100,
    SetWatches = 101,
    CloseSession = -11,
    Error = -1,
}

/// <summary>Transaction ids that are not part of the request order.</summary>
internal static class SpecialXid
{
    public const int WatchEvent = -1;
    public const int Ping = -2;
    public const int Auth = -4;
    public const int SetWatches = -8;
}
