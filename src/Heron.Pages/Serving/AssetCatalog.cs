// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Heron.Pages.Serving;

/// <summary>
/// The scripts, styles and images of the pages. Each is served at an address made from its content, so a browser may keep it
/// for ever and never sees an old one with a new page.
/// </summary>
internal static class AssetCatalog
{
    /// <summary>Where assets are served: <c>/assets/HASH/NAME</c>.</summary>
    public const string Prefix = "/assets/";

    private const string ResourcePrefix = "assets/";
    private const int HashCharacters = 16;

    private static readonly FrozenDictionary<string, Asset> ByName = Load();

    /// <summary>All of them.</summary>
    public static IEnumerable<Asset> All => ByName.Values;

    /// <summary>The address of an asset.</summary>
    /// <param name="name">Its file name.</param>
    public static string Url(string name) => ByName[name].Url;

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(n => Read(assembly.GetManifestResourceStream(n)!, n[ResourcePrefix.Length..]))
            .ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);
    }

    private static Asset Read(Stream resource, string name)
    {
        using (resource)
        {
            var bytes = new byte[resource.Length];
            resource.ReadExactly(bytes);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashCharacters];
            return new Asset(name, TypeOf(name), hash, bytes, new Lazy<byte[]>(() => Compress(bytes)));
        }
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"no media type is known for {other}"),
    };

    private static byte[] Compress(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize))
        {
            brotli.Write(bytes);
        }

        return packed.ToArray();
    }
}

/// <summary>One asset.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="MediaType">As sent.</param>
/// <param name="Hash">Of its content.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Brotli">Its content, compressed when first asked for.</param>
internal sealed record Asset(string Name, string MediaType, string Hash, byte[] Bytes, Lazy<byte[]> Brotli)
{
    /// <summary>Where it is served.</summary>
    public string Url { get; } = $"{AssetCatalog.Prefix}{Hash}/{Name}";
}
