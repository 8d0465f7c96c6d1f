// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.Packages.Uploaders;

/// <summary>Settings of <see cref="ScpUploader"/>; the keys and defaults are Heron's.</summary>
public sealed record ScpUploaderOptions
{
    /// <summary>Arguments of scp before the files, for example <c>-i ~/.ssh/id_rsa</c>.</summary>
    private const string ScpOptionsKey = "heron.uploader.scp.command.options";

    /// <summary>Whom and where scp copies to: <c>user@host</c>.</summary>
    internal const string ScpConnectionKey = "heron.uploader.scp.command.connection";

    /// <summary>Arguments of ssh before the host.</summary>
    private const string SshOptionsKey = "heron.uploader.ssh.command.options";

    /// <summary>Whom and where ssh makes folders and deletes: <c>user@host</c>.</summary>
    internal const string SshConnectionKey = "heron.uploader.ssh.command.connection";

    /// <summary>The folder on that machine. Default <c>${HOME}/heron/repository/${CLUSTER}/${ROLE}/${TOPOLOGY}</c>.</summary>
    private const string FolderKey = "heron.uploader.scp.dir.path";
    private const string DefaultFolder = "${HOME}/heron/repository/${CLUSTER}/${ROLE}/${TOPOLOGY}";

    /// <summary>Arguments of scp before the files, for example <c>-i ~/.ssh/id_rsa</c>.</summary>
    public IReadOnlyList<string> ScpOptions { get; init; } = [];

    /// <summary>Whom and where scp copies to: <c>user@host</c>.</summary>
    public required string ScpConnection { get; init; }

    /// <summary>Arguments of ssh before the host.</summary>
    public IReadOnlyList<string> SshOptions { get; init; } = [];

    /// <summary>Whom and where ssh makes folders and deletes: <c>user@host</c>.</summary>
    public required string SshConnection { get; init; }

    /// <summary>The folder on that machine, absolute.</summary>
    public required FolderTemplate Folder { get; init; }

    /// <summary>The scp program.</summary>
    public string ScpProgram { get; init; } = "scp";

    /// <summary>The ssh program.</summary>
    public string SshProgram { get; init; } = "ssh";

    /// <summary>How long the other machine is waited for.</summary>
    public UploadPatience Patience { get; init; } = UploadPatience.Default;

    /// <summary>The settings.</summary>
    /// <param name="config">The server's configuration, never that of a request: options of ssh can name programs to run here.</param>
    /// <param name="substitution">Replaces the tokens of the default folder.</param>
    /// <param name="findings">Gets everything that is wrong: settings that are missing, connections that are none, the folder.</param>
    /// <returns>Not to be used after a mistake.</returns>
    public static ScpUploaderOptions? Read(HeronConfig config, TokenSubstitution substitution, Findings findings)
    {
        var folder = FolderTemplate.Read(config, FolderKey, DefaultFolder, substitution, findings);
        var scpOptions = Words(config, ScpOptionsKey, findings);
        var scpConnection = Connection(config, ScpConnectionKey, findings);
        var sshOptions = Words(config, SshOptionsKey, findings);
        var sshConnection = Connection(config, SshConnectionKey, findings);
        return folder is null ? null : new ScpUploaderOptions
        {
            ScpOptions = scpOptions,
            ScpConnection = scpConnection,
            SshOptions = sshOptions,
            SshConnection = sshConnection,
            Folder = folder,
        };
    }

    // Without quotes, as Heron's uploader: a word with a blank in it cannot be given.
    private static string[] Words(HeronConfig config, string key, Findings findings)
    {
        var text = config.GetString(key);
        if (text is null)
        {
            findings.Mistake($"{key} is not set: give the options, or '' for none");
        }

        return text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private static string Connection(HeronConfig config, string key, Findings findings)
    {
        var text = config.GetString(key);
        if (text is null)
        {
            findings.Mistake($"{key} is not set: give user@host");
        }
        else if (text.Length == 0 || text[0] == '-'
            || !text.All(c => char.IsAsciiLetterOrDigit(c) || "@.-_:[]%".Contains(c, StringComparison.Ordinal)))
        {
            findings.Mistake($"{key} must be a host, or user@host");
        }

        return text ?? string.Empty;
    }
}
