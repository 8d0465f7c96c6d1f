// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Tests.Model;

internal enum ModelKind
{
    Create,
    CreateSequential,
    Delete,
    SetData,
    Check,
    GetData,
    Exists,
    GetChildren,
    Multi,
}
