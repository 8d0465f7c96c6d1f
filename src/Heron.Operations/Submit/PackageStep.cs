// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.Text;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging;

namespace Heron.Operations.Submit;

/// <summary>
/// Ends <c>topology.tar.gz</c>: to the binary, which went into it while it arrived (<see cref="PackageWriter"/>), come the definition and
/// <c>heron-conf/</c>.
/// </summary>
public sealed partial class PackageStep
{
    /// <summary>What the package is called on the node.</summary>
    public const string PackageName = "topology.tar.gz";

    private const string ConfigFolder = "heron-conf/";
    private const string OverrideName = "override.yaml";
    private const string StateManagerName = "statemgr.yaml";
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The mode of every file in a package.</summary>
    internal const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly ServerConfiguration _configuration;
    private readonly TemplateFolder _template;
    private readonly ILogger<PackageStep> _logger;

    /// <summary>Makes the step, and tells once which files of the template no package will have.</summary>
    public PackageStep(ServerConfiguration configuration, TemplateFolder template, ILogger<PackageStep> logger)
    {
        (_configuration, _template, _logger) = (configuration, template, logger);
        if (template.LeftBehind.Count > 0)
        {
            Log.LeftBehind(logger, string.Join(", ", template.LeftBehind.Select(name => ShownText.Of(name))), PackagedFiles.Key);
        }
    }

    /// <summary>Ends the package; it is flushed to the disk when this returns.</summary>
    public async Task<TopologyPackage> RunAsync(ConfiguredSubmission submission, CancellationToken cancellationToken)
    {
        var package = submission.Form.Binary.Package;
        await using (var tar = package.AddRest())
        {
            await AddFileAsync(tar, submission.DefinitionFileName, submission.Form.Definition.Path, cancellationToken);
            await AddConfigurationAsync(tar, submission, cancellationToken);
        }

        var file = package.Complete();
        return new TopologyPackage(
            file.Path, file.Sha256, file.Length, submission.Identity.Name, submission.Identity.Id)
        {
            Role = submission.Identity.Role,
            Environment = submission.Identity.Environment,
        };
    }

    private async Task AddConfigurationAsync(TarWriter tar, ConfiguredSubmission submission, CancellationToken cancellationToken)
    {
        await tar.WriteEntryAsync(Entry(TarEntryType.Directory, ConfigFolder, FolderMode), cancellationToken);
        var overrides = ServerSecrets.Without(
            OverrideFile.ForSubmission(_configuration.Sources.Overrides, submission.Form.Overrides));
        await AddTextAsync(tar, OverrideName, overrides, cancellationToken);
        var generation = HeronCoreGeneration.For(submission.Core);
        foreach (var file in _template.Files.Where(f => f.Name != OverrideName))
        {
            if (!file.IsSettings)
            {
                await AddOtherFileAsync(tar, file, cancellationToken);
                continue;
            }

            // The executor reads these settings from this file only, so overrides must be in it.
            var patched = file.Name == StateManagerName ? StateManagerFile.Patch(
                    overrides, file.Text, submission.Config.Local.GetString(ConfigKeys.StatemgrRootPath)) : file.Text;
            await AddTextAsync(tar, file.Name, ServerSecrets.Without(HeronConfFile.Translate(patched, generation)), cancellationToken);
        }
    }

    // What else an operator wants to go along does, but not a copy of a file with secrets: "uploader.yaml.bak".
    private async Task AddOtherFileAsync(TarWriter tar, TemplateFile file, CancellationToken cancellationToken)
    {
        if (file.Content is not { } content)
        {
            await AddFileAsync(tar, ConfigFolder + file.Name, file.Path, cancellationToken);
        }
        else if (ServerSecrets.AreMentionedIn(file.Text))
        {
            Log.LeftOut(_logger, file.Path);
        }
        else
        {
            await AddBytesAsync(tar, file.Name, content, cancellationToken);
        }
    }

    private static Task AddTextAsync(TarWriter tar, string name, string text, CancellationToken cancellationToken) =>
        AddBytesAsync(tar, name, Encoding.UTF8.GetBytes(text), cancellationToken);

    private static Task AddBytesAsync(TarWriter tar, string name, byte[] content, CancellationToken cancellationToken)
    {
        var entry = Entry(TarEntryType.RegularFile, ConfigFolder + name, FileMode);
        entry.DataStream = new MemoryStream(content);
        return tar.WriteEntryAsync(entry, cancellationToken);
    }

    private static async Task AddFileAsync(TarWriter tar, string name, string path, CancellationToken cancellationToken)
    {
        // A link in the template folder stands for the file it leads to: the package holds regular files only.
        await using var content = new FileStream(
            path, System.IO.FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var entry = Entry(TarEntryType.RegularFile, name, FileMode);
        entry.DataStream = content;
        await tar.WriteEntryAsync(entry, cancellationToken);
    }

    /// <summary>An entry as every one of a package is: the same submission is the same bytes.</summary>
    internal static GnuTarEntry Entry(TarEntryType type, string name, UnixFileMode mode) =>
        new(type, name) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is left out of topology packages: it names a setting that is secret; move it out of the template's folder")]
        public static partial void LeftOut(ILogger logger, string path);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "files of the template's folder that are not Heron's stay out of topology packages: {Names}; those that containers need are named in {Setting}")]
        public static partial void LeftBehind(ILogger logger, string names, string setting);
    }
}
