// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core;

/// <summary>What RAM and CPU have in common when a container is divided among its instances.</summary>
internal interface IMeasure<TSelf> : IComparable<TSelf>
    where TSelf : struct, IMeasure<TSelf>
{
    static abstract TSelf Add(TSelf left, TSelf right);

    static abstract TSelf Subtract(TSelf left, TSelf right);

    TSelf DividedBy(int shares);
}
