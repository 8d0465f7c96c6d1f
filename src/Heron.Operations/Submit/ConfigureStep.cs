// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;

namespace Heron.Operations.Submit;

/// <summary>Reads and validates the definition and settles, once, the configuration and the release of heron-core of this topology.</summary>
public sealed class ConfigureStep(
    ServerConfiguration configuration, HeronCoreDetector detector, IServedCores cores, CoreInUse ours, ServedCluster cluster, IScheduler scheduler)
{
    // Folders that a container's working folder has; a file of such a name could not be unpacked there.
    private static readonly string[] Folders = ["heron-conf", "heron-core", "log-files"];

    /// <summary>Checks all that can be checked without another server.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, with the Java server's message where it had one.</exception>
    public async Task<ConfiguredSubmission> RunAsync(SubmissionForm form, CancellationToken cancellationToken)
    {
        if (!form.Cluster.Equals(cluster.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new HeronException(FaultKind.Invalid, $"Unknown cluster {form.Cluster} expecting '{cluster.Name}'");
        }

        var topology = await TopologyReader.ReadFileAsync(
            form.Definition.Path, form.Definition.ClientName ?? "the definition", cancellationToken);
        RequireSameName(form, topology);
        var identity = new TopologyIdentity(form.Cluster, form.Role, form.Environment, topology.Name, topology.Id);
        SafeNames.CheckIdentity(identity, form.User);
        var (definition, binary) = NamesInPackage(form, topology.Name);
        var type = TopologyPackageTypes.FromFileName(binary);
        FixedSettings.Check(form.Overrides, configuration.Base.Local);
        var config = configuration.ForRequest(
            [
                new(ConfigKeys.Cluster, form.Cluster),
                new(ConfigKeys.Role, form.Role),
                new(ConfigKeys.Environ, form.Environment),
                new(ConfigKeys.SubmitUser, form.User),
                new(ConfigKeys.TopologyName, topology.Name),
                new(ConfigKeys.TopologyId, topology.Id),
                new(ConfigKeys.TopologyDefinitionFile, definition),
                new(ConfigKeys.TopologyBinaryFile, binary),
                new(ConfigKeys.TopologyPackageFile, PackageStep.PackageName),
                new(ConfigKeys.TopologyPackageType, type.ToExecutorText()),
                new(ConfigKeys.DryRun, form.Has(RequestFlags.DryRun)),
                new(ConfigKeys.Verbose, form.Has("verbose")),
                new(ConfigKeys.VerboseGc, form.Has("verbose_gc")),
            ],
            RequestFlags.Without(form.Overrides));
        if (!form.Has(RequestFlags.DryRun))
        {
            RequireCore(form, config.Local);
        }

        var core = cores.For(config.Local);
        if (core?.Uri is { } uri)
        {
            config = config.With(ConfigKeys.CorePackageUri, uri);
        }

        var release = await detector.DetectAsync(config.Local, core?.Path, cancellationToken);
        if (ours.Mistake(release) is { } otherSide)
        {
            throw new HeronException(FaultKind.Invalid, otherSide);
        }

        return new ConfiguredSubmission(form, identity, topology, config, release, definition, binary)
        {
            Warnings = TopologySettings.IsStateful(topology) && CheckpointPlace.Warning(config.Local, scheduler.RunsHere) is { } warning
                ? [warning]
                : [],
        };
    }

    // Before anything is done for a topology whose containers could only ever fail.
    private void RequireCore(SubmissionForm form, HeronConfig config)
    {
        if (CoreSource.Mistake(config, key => configuration.IsSet(key) || form.Overrides.Any(setting => setting.Key == key), scheduler.RunsHere) is { } mistake)
        {
            throw new HeronException(FaultKind.Invalid, mistake);
        }
    }

    // The tracker takes the node's name for the topology's, the topology manager the definition's: they must be one.
    private static void RequireSameName(SubmissionForm form, Topology topology)
    {
        if (form.Name != topology.Name)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"the form names the topology '{ShownText.Of(form.Name)}', its definition '{ShownText.Of(topology.Name)}'; "
                + "they must be the same");
        }
    }

    private static (string Definition, string Binary) NamesInPackage(SubmissionForm form, string topologyName)
    {
        var fallback = topologyName + ".defn";
        var definition = TopologyFileNames.Harmless(form.Definition.ClientName, fallback);
        var binary = form.Binary.Name;
        if (definition == binary || Folders.Contains(definition, StringComparer.OrdinalIgnoreCase))
        {
            definition = fallback;
        }

        return (definition, binary);
    }
}
