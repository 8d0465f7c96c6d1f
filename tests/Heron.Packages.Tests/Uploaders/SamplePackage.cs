// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Heron.Core.Packages;

namespace Heron.Packages.Tests.Uploaders;

/// <summary>A package on disk, in a folder of its own that goes away with it.</summary>
internal sealed class SamplePackage : IDisposable
{
    public SamplePackage(string topologyId = "word-count-1b1a0a4e-6f6e-4f3c-9c0b-6d8f3d3b5d11", int length = 300_000, byte seed = 1)
    {
        Bytes = new byte[length];
        new Random(seed).NextBytes(Bytes);
        var path = Path.Join(Folder, "topology.tar.gz");
        File.WriteAllBytes(path, Bytes);
        Package = new TopologyPackage(path, Convert.ToHexStringLower(SHA256.HashData(Bytes)), length, "word-count", topologyId)
        {
            Role = "ads",
            Environment = "",
        };
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("heron-package-").FullName;

    public byte[] Bytes { get; }

    public TopologyPackage Package { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
