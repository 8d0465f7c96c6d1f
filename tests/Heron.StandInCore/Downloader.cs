// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;

namespace Heron.StandInCore;

/// <summary>heron-downloader: fetches a package and unpacks it. <c>-u URI -f FOLDER ...</c>, or <c>URI FOLDER</c> as before 0.20.</summary>
internal static class Downloader
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (uri, folder) = Parse(arguments);
        await using var packed = uri.IsFile ? File.OpenRead(uri.LocalPath) : await FetchAsync(uri);
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unpacked, folder, overwriteFiles: true);
        return 0;
    }

    private static (Uri Uri, string Folder) Parse(string[] arguments)
    {
        if (arguments is [var uri, var folder] && !uri.StartsWith('-'))
        {
            return (new Uri(uri), folder);
        }

        var options = arguments.Chunk(2).ToDictionary(p => p[0], p => p.Length == 2 ? p[1] : "");
        var unknown = options.Keys.Except(["-u", "-f", "-m", "-p", "-d"]).ToList();
        return unknown.Count == 0 && options.TryGetValue("-u", out var from) && options.TryGetValue("-f", out var to)
            ? (new Uri(from), to)
            : throw new RefusedException("usage: heron-downloader -u URI -f FOLDER [-m MODE] [-p CONFIG] [-d CORE]");
    }

    private static async Task<Stream> FetchAsync(Uri uri)
    {
        using var http = new HttpClient();
        return new MemoryStream(await http.GetByteArrayAsync(uri));
    }
}
