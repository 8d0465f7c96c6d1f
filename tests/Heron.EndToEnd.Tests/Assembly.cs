// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.ZooKeeper;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(SharedZooKeeper))]

// Most of these tests wait: for servers that start, for containers, for time-outs. More of them at once than there are cores overlap.
[assembly: Parallelization(MaxThreads = 4)]
