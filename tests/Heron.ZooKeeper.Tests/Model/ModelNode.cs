// SPDX-License-Identifier: Apache-2.0
namespace Heron.ZooKeeper.Tests.Model;

/// <summary>One node: its data, its version, and how many children were ever created, which numbers sequential ones.</summary>
internal sealed record ModelNode(string Data, int Version, int Created);
