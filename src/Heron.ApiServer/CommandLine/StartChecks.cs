using Heron.ApiServer.Composition;
using Heron.ApiServer.Files;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Scheduler.Nomad;

namespace Heron.ApiServer.CommandLine;

/// <summary>Loads the configuration that the command line names, and finds what would fail later.</summary>
public static class StartChecks
{
    /// <summary>The folder of the package store.</summary>
    public const string StoreFolderKey = "heron.apiserver.http.file.system.directory";

    private const string DefaultStoreFolder = "${HOME}/.herondata/repository/topologies";

    private static readonly string[] Switches =
    [
        ConfigKeys.UseCorePackageUri,
        ConfigKeys.SchedulerIsService,
        "heron.nomad.metrics.service.register",
        "heron.statemgr.zookeeper.is.initialize.tree",
        "heron.statemgr.localfs.is.initialize.file.tree",
    ];

    /// <summary>Loads and checks.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="environment">The machine.</param>
    /// <param name="mistakes">Gets one line for everything that has to be put right first.</param>
    /// <returns>The configuration, or null when there are mistakes.</returns>
    public static StartConfiguration? Load(ServerOptions options, HostEnvironment environment, ICollection<string> mistakes)
    {
        var sources = new ConfigurationSources
        {
            TemplateDirectory = options.TemplateDirectory,
            Cluster = options.Cluster,
            Environment = environment,
            ReleaseFile = options.ReleaseFile,
            Overrides = options.Overrides,
        };
        if (Read(sources, mistakes) is not { } configuration)
        {
            return null;
        }

        var before = mistakes.Count;
        var warnings = new List<string>();
        var parts = ClassNamesSelection.Select(configuration.Base.Local, mistakes);
        if (parts?.StateManager == StateManagerKind.ZooKeeper
            && ZooKeeperAddress.Replacements(configuration, mistakes, warnings) is { Count: > 0 } replacements)
        {
            // As if the operator had written it so: it reaches containers as any other override.
            configuration = Read(sources with { Overrides = With(options.Overrides, replacements) }, mistakes);
            if (configuration is null)
            {
                return null;
            }
        }

        var config = configuration.Base.Local;
        CheckSwitches(config, mistakes);
        var uploadLimit = CheckUploadLimit(config, mistakes);
        CheckNomad(parts, config, mistakes, warnings);
        CheckParts(parts, configuration, options.Cluster, mistakes);
        CheckUploader(parts, config.With([new(ConfigKeys.Cluster, options.Cluster)]), environment, mistakes);
        var storeFolder = CheckStoreFolder(configuration, environment, mistakes);
        if (mistakes.Count > before || parts is null || uploadLimit is null)
        {
            return null;
        }

        warnings.AddRange(MistypedSettings.Warnings(configuration));
        if (options.HeronCorePackagePath is null && !configuration.NamesCorePackage)
        {
            warnings.Add(
                $"containers have no heron-core: start with --heron-core-package-path, or set {ConfigKeys.CorePackageUri}, or " +
                $"{ConfigKeys.UseCorePackageUri}=false and {ConfigKeys.CorePackageDirectory}");
        }

        return new StartConfiguration(configuration, parts, storeFolder, uploadLimit, warnings);
    }

    private static ServerConfiguration? Read(ConfigurationSources sources, ICollection<string> mistakes)
    {
        try
        {
            return ConfigurationLoader.Load(sources);
        }
        catch (HeronException fault)
        {
            AddLines(fault.Message, mistakes);
            return null;
        }
    }

    private static Dictionary<string, string> With(
        IReadOnlyDictionary<string, string> overrides, IReadOnlyDictionary<string, string> replacements)
    {
        var all = new Dictionary<string, string>(overrides);
        foreach (var (key, value) in replacements)
        {
            all[key] = value;
        }

        return all;
    }

    private static void AddLines(string message, ICollection<string> mistakes)
    {
        foreach (var line in message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            mistakes.Add(line);
        }
    }

    private static void CheckSwitches(HeronConfig config, ICollection<string> mistakes)
    {
        foreach (var key in Switches)
        {
            try
            {
                config.GetBoolean(key, false);
            }
            catch (HeronException fault)
            {
                mistakes.Add(fault.Message);
            }
        }
    }

    private static UploadLimit? CheckUploadLimit(HeronConfig config, ICollection<string> mistakes)
    {
        try
        {
            return UploadLimit.From(config);
        }
        catch (HeronException fault)
        {
            mistakes.Add(fault.Message);
            return null;
        }
    }

    private static void CheckNomad(
        ClassNamesSelection? parts, HeronConfig config, ICollection<string> mistakes, List<string> warnings)
    {
        if (parts?.Scheduler != SchedulerKind.Nomad)
        {
            return;
        }

        var found = NomadSettingsCheck.Mistakes(config, Environment.GetEnvironmentVariable);
        foreach (var mistake in found.Where(mistake => !mistakes.Contains(mistake)))
        {
            mistakes.Add(mistake);
        }

        if (found.Count == 0 && NomadAddress.From(config).Warning is { } warning)
        {
            warnings.Add(warning);
        }
    }

    // Paths of the parts may name the cluster, as those of a request do.
    private static void CheckParts(
        ClassNamesSelection? parts, ServerConfiguration configuration, string cluster, ICollection<string> mistakes)
    {
        if (parts is not null)
        {
            new ServerComponents(parts, configuration.ForRequest([new(ConfigKeys.Cluster, cluster)], []).Local).Check(mistakes);
        }
    }

    private static void CheckUploader(
        ClassNamesSelection? parts, HeronConfig config, HostEnvironment environment, ICollection<string> mistakes)
    {
        try
        {
            if (parts is not null)
            {
                // The folders of uploaders may name the cluster.
                UploaderFactory.Check(parts.Uploader, new TokenSubstitution(environment).Expand(config), environment);
            }
        }
        catch (HeronException fault)
        {
            mistakes.Add(fault.Message);
        }
    }

    private static string CheckStoreFolder(
        ServerConfiguration configuration, HostEnvironment environment, ICollection<string> mistakes)
    {
        var folder = configuration.Base.Local.GetString(StoreFolderKey)
            ?? new TokenSubstitution(environment).Substitute(HeronConfig.Empty, StoreFolderKey, DefaultStoreFolder);
        if (folder.Contains("${", StringComparison.Ordinal) || !Path.IsPathRooted(folder))
        {
            mistakes.Add(
                $"{StoreFolderKey} is {folder}: it must be one absolute path, without tokens of a topology, since the folder is for all of them");
            return folder;
        }

        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(
                Path.Join(folder, ".can-write-" + Guid.NewGuid().ToString("N")),
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            mistakes.Add($"the upload folder {folder} ({StoreFolderKey}) cannot be written to: {fault.Message}");
        }

        return folder;
    }
}
