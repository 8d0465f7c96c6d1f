// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Daemons;

/// <summary>What a shell can do with the JVM of an instance.</summary>
public enum JvmTool
{
    /// <summary>The stacks of all threads.</summary>
    Jstack,

    /// <summary>Writes the heap into <c>/tmp/heap.bin</c> on the node, as large as it is; the JVM stands still meanwhile.</summary>
    Jmap,

    /// <summary>How many objects of which class, and their bytes.</summary>
    Histo,
}
