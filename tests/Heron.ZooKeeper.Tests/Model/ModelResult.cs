// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Tests.Model;

/// <summary>What a call gave, as text that is easily compared.</summary>
internal sealed record ModelResult(ErrorCode Code, string Value)
{
    public static ModelResult Failed(ErrorCode code) => new(code, "");
}
