using Heron.Core;
using Heron.Core.Configuration;

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
    /// <exception cref="HeronException">The folder is not absolute, or has tokens that nobody replaces.</exception>
    public static LocalFileSystemUploaderOptions From(HeronConfig config, TokenSubstitution substitution)
    {
        var text = config.GetString(FolderKey) is { Length: > 0 } configured
            ? configured
            : substitution.Substitute(config, FolderKey, DefaultFolder);
        var folder = new FolderTemplate(FolderKey, text);
        return folder.IsAbsolute
            ? new LocalFileSystemUploaderOptions(folder)
            : throw new HeronException(FaultKind.Invalid, $"{FolderKey} is {text}: it must begin with a slash");
    }
}
