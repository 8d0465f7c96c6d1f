// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Topologies;

/// <summary>Tells the kind of a topology binary from its file name.</summary>
public static class TopologyPackageTypes
{
    /// <summary>
    /// The kind by extension, in any letter case. <c>.tar.gz</c>, which the CLI accepts, counts as a tar: the executor
    /// unpacks both with the same command.
    /// </summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/> for every other extension.</exception>
    public static TopologyPackageType FromFileName(string fileName)
    {
        if (fileName.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase))
        {
            return TopologyPackageType.Tar;
        }

        return fileName[(fileName.LastIndexOf('.') + 1)..].ToUpperInvariant() switch
        {
            "PEX" => TopologyPackageType.Pex,
            "JAR" => TopologyPackageType.Jar,
            "TAR" => TopologyPackageType.Tar,
            "SO" => TopologyPackageType.So,
            "DYLIB" => TopologyPackageType.Dylib,
            _ => throw new HeronException(
                FaultKind.Invalid,
                $"the topology file '{ShownText.Of(fileName)}' is none that Heron runs: "
                + "its name must end with .jar, .tar, .tar.gz, .pex, .so or .dylib"),
        };
    }

    /// <summary>As the executor's <c>--pkg-type</c> wants it.</summary>
    public static string ToExecutorText(this TopologyPackageType type) => type.ToString().ToLowerInvariant();
}
