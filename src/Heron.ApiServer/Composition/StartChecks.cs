// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Files;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Operations.History;
using Heron.Packages.Store;

namespace Heron.ApiServer.Composition;

/// <summary>Loads the configuration that the command line names, and finds what would fail later.</summary>
internal static class StartChecks
{
    /// <summary>The folder of the package store.</summary>
    public const string StoreFolderKey = "heron.apiserver.http.file.system.directory";

    private const string DefaultStoreFolder = "${HOME}/.herondata/repository/topologies";

    private static readonly string[] Switches = [ConfigKeys.UseCorePackageUri, ConfigKeys.SchedulerIsService];

    /// <summary>Loads and checks.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="environment">The machine.</param>
    /// <param name="catalog">The parts to choose from.</param>
    /// <param name="findings">Gets one line for everything that has to be put right first.</param>
    /// <param name="leavesNothing">The folder of the package store is not made: only whether it could be is looked at.</param>
    /// <returns>The configuration, or null when there are mistakes.</returns>
    public static StartConfiguration? Load(
        ServerOptions options, HostEnvironment environment, PartCatalog catalog, Findings findings, bool leavesNothing = false)
    {
        var before = findings.Mistakes.Count;
        var ofHome = options.PassedOverTemplate is { } shipped
            ? $"the template is {options.TemplateDirectory}, where Heron's own documentation has it: --config-path says which one is meant"
                + (Directory.Exists(shipped) ? $", this one or {shipped}" : "")
            : null;
        if (ofHome is not null)
        {
            findings.Warning(ofHome);
        }

        var start = Read(options, environment, catalog, findings, leavesNothing);
        if (ofHome is not null && findings.Mistakes.Count > before)
        {
            // Nobody named the folder: whoever has just put this program here may not think of it.
            findings.Mistake(ofHome);
        }

        return start;
    }

    private static StartConfiguration? Read(
        ServerOptions options, HostEnvironment environment, PartCatalog catalog, Findings findings, bool leavesNothing)
    {
        var sources = new ConfigurationSources
        {
            TemplateDirectory = options.TemplateDirectory,
            Cluster = options.Cluster,
            Environment = environment,
            ReleaseFile = options.ReleaseFile,
            Overrides = options.Overrides,
        };
        var before = findings.Mistakes.Count;
        if (findings.Try(() => ConfigurationLoader.Load(sources)) is not { } configuration)
        {
            return null;
        }

        var chosen = ChosenParts.Choose(catalog, configuration.Base.Local, findings);
        if (chosen.Rewrite(configuration, findings) is { Count: > 0 } replacements)
        {
            // As if the operator had written it so: it reaches containers as any other override.
            var overrides = new Dictionary<string, string>(options.Overrides);
            foreach (var (key, value) in replacements)
            {
                overrides[key] = value;
            }

            configuration = ConfigurationLoader.Load(sources with { Overrides = overrides });
        }

        foreach (var key in Switches)
        {
            findings.Try(() => configuration.Base.Local.GetBoolean(key, false));
        }

        findings.Try(() => HeronCoreDetector.Configured(configuration.Base.Local));
        var uploadLimit = findings.Try(() => UploadLimit.From(configuration.Base.Local));
        findings.Try(() => HistorySettings.From(configuration.Base.Local));
        var coreNeedsToken = ReadCoreDownload(configuration.Base.Local, options.Access.NamesUsers, findings);
        var store = findings.Try(() => StoreSettings.From(configuration.Base.Local));

        // Paths of the parts may name the cluster, as those of a request do.
        var own = configuration.ForRequest([new(ConfigKeys.Cluster, options.Cluster)], []);
        var settings = new PartSettings(own.Local, options.Cluster, environment, Environment.GetEnvironmentVariable) { Node = own.Node };
        var parts = ServerParts.Read(catalog, chosen, settings, findings);
        var storeFolder = CheckStoreFolder(configuration, environment, findings, leavesNothing);
        CheckCores(options.HeronCorePackagePath, configuration.Base.Local, findings);
        if (findings.Mistakes.Count > before || parts is null || uploadLimit is null || store is null)
        {
            return null;
        }

        foreach (var warning in MistypedSettings.Warnings(configuration, catalog).Concat(HomeFolders.Warnings(configuration)))
        {
            findings.Warning(warning);
        }

        if (options.HeronCorePackagePath is null
            && CoreSource.Mistake(configuration.Base.Local, configuration.IsSet, nodesAreHere: false) is { } unusable)
        {
            findings.Warning($"{unusable}; submissions are refused until then");
        }

        return new StartConfiguration(configuration, parts, storeFolder, store, uploadLimit, coreNeedsToken);
    }

    private static bool ReadCoreDownload(HeronConfig config, bool hasUsers, Findings findings)
    {
        var value = config.GetString(ServerUrls.CoreKey, "open").Trim();
        if (value is not "open" and not "token")
        {
            findings.Mistake($"the setting {ServerUrls.CoreKey} must be open or token, not '{value}'");
        }
        else if (value == "token" && !hasUsers)
        {
            findings.Mistake($"the setting {ServerUrls.CoreKey} is token, which means nothing without --users: everybody may do everything");
        }

        return value == "token";
    }

    // A folder of several, of which none is named, is fine for submissions that name one.
    private static void CheckCores(string? path, HeronConfig config, Findings findings)
    {
        var version = config.GetString(HeronCoreDetector.VersionKey)?.Trim() is { Length: > 0 } named ? named : null;
        var cores = new CorePackages(path, version);
        if (!cores.AreSeveral)
        {
            return;
        }

        try
        {
            cores.FindRelease(version);
        }
        catch (HeronException fault) when (fault.Kind == FaultKind.Unavailable)
        {
            findings.Mistake($"--heron-core-package-path: the folder {path} cannot be read: {fault.InnerException?.Message}");
        }
        catch (HeronException fault) when (cores.Releases().Count > 0 && version is null)
        {
            findings.Warning(fault.Message + " (in -D for all, or in a submission)");
        }
        catch (HeronException fault)
        {
            findings.Mistake($"--heron-core-package-path: {fault.Message}; files are named heron-core-RELEASE.tar.gz");
        }
    }

    private static string CheckStoreFolder(
        ServerConfiguration configuration, HostEnvironment environment, Findings findings, bool leavesNothing)
    {
        var folder = configuration.Base.Local.GetString(StoreFolderKey)
            ?? new TokenSubstitution(environment).Substitute(HeronConfig.Empty, StoreFolderKey, DefaultStoreFolder);
        if (folder.Contains("${", StringComparison.Ordinal) || !Path.IsPathRooted(folder))
        {
            findings.Mistake(
                $"{StoreFolderKey} is {folder}: it must be one absolute path, without tokens of a topology, since the folder is for all of them");
            return folder;
        }

        try
        {
            var there = leavesNothing ? NearestFolder(folder) : Directory.CreateDirectory(folder).FullName;
            using var probe = new FileStream(
                Path.Join(there, ".can-write-" + Guid.NewGuid().ToString("N")),
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            findings.Mistake($"the upload folder {folder} ({StoreFolderKey}) cannot be written to: {fault.Message}");
        }

        return folder;
    }

    private static string NearestFolder(string path) => Directory.Exists(path) ? path
        : File.Exists(path) ? throw new IOException($"{path} is a file")
        : NearestFolder(Path.GetDirectoryName(path)!);
}
