// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Packages;

namespace Heron.Packages.Tests.Conformance;

/// <summary>A target that is a folder of this machine.</summary>
internal sealed class FolderTarget(string root, Func<string, IUploader> open, Func<string, string?> pathOf) : IUploadTarget
{
    public IUploader Uploader { get; } = open(root);

    public int Files => Directory.Exists(root) ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Count() : 0;

    public async Task<byte[]?> FetchAsync(string uri) =>
        pathOf(uri) is { } path && File.Exists(path) ? await File.ReadAllBytesAsync(path) : null;

    public static string? PathOfFileUri(string uri) =>
        uri.StartsWith("file:///", StringComparison.Ordinal) ? Uri.UnescapeDataString(uri["file://".Length..]) : null;

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
