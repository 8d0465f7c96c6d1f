using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Packages.Uploaders;

/// <summary>Settings of <see cref="ScpUploader"/>; the keys and defaults are Heron's.</summary>
public sealed record ScpUploaderOptions
{
    private const string ScpOptionsKey = "heron.uploader.scp.command.options";
    private const string ScpConnectionKey = "heron.uploader.scp.command.connection";
    private const string SshOptionsKey = "heron.uploader.ssh.command.options";
    private const string SshConnectionKey = "heron.uploader.ssh.command.connection";
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

    /// <summary>The settings.</summary>
    /// <param name="config">The server's configuration, never that of a request: options of ssh can name programs to run here.</param>
    /// <param name="substitution">Replaces the tokens of the default folder.</param>
    /// <exception cref="HeronException">A setting is missing, a connection is none, or the folder needs quoting.</exception>
    public static ScpUploaderOptions From(HeronConfig config, TokenSubstitution substitution)
    {
        var text = config.GetString(FolderKey) is { Length: > 0 } configured
            ? configured
            : substitution.Substitute(config, FolderKey, DefaultFolder);
        var folder = new FolderTemplate(FolderKey, text);
        if (!folder.IsAbsolute)
        {
            throw Invalid($"{FolderKey} is {text}: it must begin with a slash");
        }

        return new ScpUploaderOptions
        {
            ScpOptions = Words(config, ScpOptionsKey),
            ScpConnection = Connection(config, ScpConnectionKey),
            SshOptions = Words(config, SshOptionsKey),
            SshConnection = Connection(config, SshConnectionKey),
            Folder = folder,
        };
    }

    // Without quotes, as Heron's uploader: a word with a blank in it cannot be given.
    private static string[] Words(HeronConfig config, string key) =>
        (config.GetString(key) ?? throw Invalid($"{key} is not set: give the options, or '' for none"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Connection(HeronConfig config, string key)
    {
        var text = config.GetString(key) ?? throw Invalid($"{key} is not set: give user@host");
        return text.Length > 0 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || "@.-_:[]%".Contains(c, StringComparison.Ordinal))
            ? text
            : throw Invalid($"{key} must be a host, or user@host");
    }

    private static HeronException Invalid(string message) => new(FaultKind.Invalid, message);
}
