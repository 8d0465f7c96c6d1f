// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.Packages.Uploaders;

/// <summary>Settings of <see cref="LocalFileSystemUploader"/>.</summary>
/// <param name="Folder">The folder for packages, absolute; made when it is missing.</param>
public sealed record LocalFileSystemUploaderOptions(FolderTemplate Folder)
{
    /// <summary>The folder, usually with tokens for role and topology.</summary>
    public const string FolderKey = "heron.uploader.localfs.file.system.directory";

    private const string DefaultFolder = "${HOME}/.herondata/repository/${CLUSTER}/${ROLE}/${TOPOLOGY}";

    /// <summary>The settings; without any, packages go where Heron's uploader puts them.</summary>
    /// <param name="config">The server's configuration, without any request: role and topology stay tokens.</param>
    /// <param name="substitution">Replaces the other tokens of the default.</param>
    /// <param name="findings">Gets what is wrong with the folder.</param>
    /// <returns>Not to be used after a mistake.</returns>
    public static LocalFileSystemUploaderOptions? Read(HeronConfig config, TokenSubstitution substitution, Findings findings) =>
        FolderTemplate.Read(config, FolderKey, DefaultFolder, substitution, findings) is { } folder
            ? new LocalFileSystemUploaderOptions(folder)
            : null;
}
