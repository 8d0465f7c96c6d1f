// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>Checks that both algorithms with containers of limited size share.</summary>
internal static class PackingPlans
{
    /// <summary>A topology without instances has no plan.</summary>
    public static void RequireInstances(PackingRequest request)
    {
        if (request.Parallelism.Values.All(n => n <= 0))
        {
            throw new HeronException(
                FaultKind.Invalid,
                "the topology has no instances to pack: give at least one component a parallelism of 1 or more");
        }
    }
}
