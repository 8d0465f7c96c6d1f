using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Uploaders;

/// <summary>Settings of <see cref="LocalFileSystemUploader"/>.</summary>
/// <param name="Folder">The folder for packages, absolute; made when it is missing.</param>
public sealed record LocalFileSystemUploaderOptions(string Folder)
{
    /// <summary>The folder, usually with tokens for role and topology.</summary>
    public const string FolderKey = "heron.uploader.localfs.file.system.directory";

    /// <summary>Heron's default of <see cref="FolderKey"/>.</summary>
    public const string DefaultFolder = "${HOME}/.herondata/repository/${CLUSTER}/${ROLE}/${TOPOLOGY}";

    /// <summary>The settings of one request.</summary>
    /// <param name="config">The local view of the request's configuration.</param>
    /// <param name="substitution">Replaces the tokens of the default.</param>
    /// <exception cref="HeronException">The folder is not absolute, or a token in it stands for nothing.</exception>
    public static LocalFileSystemUploaderOptions From(HeronConfig config, TokenSubstitution substitution)
    {
        var folder = config.GetString(FolderKey) is { Length: > 0 } configured
            ? configured
            : substitution.Substitute(config, FolderKey, DefaultFolder);
        return folder.StartsWith('/') && !folder.Contains("${", StringComparison.Ordinal) && !folder.Contains('\0', StringComparison.Ordinal)
            ? new LocalFileSystemUploaderOptions(folder)
            : throw new HeronException(
                FaultKind.Invalid, $"{FolderKey} is {folder}: it must be an absolute path in which every token stands for something");
    }
}
