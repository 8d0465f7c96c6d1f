// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>What somebody may do with topologies. Whoever may submit or operate may read; an administrator may do all.</summary>
[Flags]
internal enum Right
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Look at topologies.</summary>
    Read = 1,

    /// <summary>Submit topologies, and upload files.</summary>
    Submit = 2,

    /// <summary>Kill, restart, activate, deactivate and update topologies.</summary>
    Operate = 4,

    /// <summary>Everything, in the name of others too, and settings that decide where and as what a topology runs.</summary>
    Admin = 8,
}
