// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Topologies;

/// <summary>What kind of file the topology binary is.</summary>
public enum TopologyPackageType
{
    /// <summary>Python.</summary>
    Pex,

    /// <summary>Java, one jar.</summary>
    Jar,

    /// <summary>Java, an archive with a jar and its libraries.</summary>
    Tar,

    /// <summary>C++.</summary>
    So,

    /// <summary>C++ on macOS.</summary>
    Dylib,
}
