// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;
using Heron.Testing.Nomad;
using Heron.Testing.Parts;

namespace Heron.Scheduler.Nomad.Tests.Support;

/// <summary>Deployments and schedulers for tests.</summary>
internal static class Deployments
{
    public const string Id = "wordac3f8e7a-1b2c-4d5e-8f90-0123456789ab";

    /// <summary>Settings that let a test fail fast.</summary>
    public static IReadOnlyDictionary<string, string> Fast { get; } = new Dictionary<string, string>
    {
        [NomadKeys.RetryDelay] = "1",
        [NomadKeys.Retries] = "3",
        [NomadKeys.PlacementWait] = "100",
    };

    public static TopologyIdentity Identity { get; } = new("nomad", "ads", "devel", "word", Id);

    /// <summary>A topology of so many containers besides container 0.</summary>
    public static TopologyDeployment Make(
        int containers, TopologyIdentity? identity = null, params (string Key, string Value)[] form)
    {
        identity ??= Identity;
        var topology = TopologyReader.Read(
            File.ReadAllBytes(Fixtures.Reference("topologies", "exclamation.defn")), "exclamation.defn");
        topology.Name = identity.Name;
        topology.Id = identity.Id;
        var resource = new Resource(1, ByteAmount.FromMegabytes(512), ByteAmount.FromMegabytes(1024));
        var plan = new PackingPlan(identity.Id,
        [
            .. Enumerable.Range(1, containers).Select(i =>
                new ContainerPlan(i, [new InstancePlan("word", i, i - 1, resource)], resource)),
        ]);
        var config = Server(null, []).ForRequest(
            new Dictionary<string, object?>
            {
                [ConfigKeys.Cluster] = identity.Cluster,
                [ConfigKeys.Role] = identity.Role,
                [ConfigKeys.Environ] = identity.Environment,
                [ConfigKeys.TopologyName] = identity.Name,
                [ConfigKeys.TopologyId] = identity.Id,
            },
            form.Select(f => KeyValuePair.Create(f.Key, f.Value)));
        return new TopologyDeployment(
            identity, topology, plan, config,
            new PublishedPackage("http://127.0.0.1:9000/api/v1/file/download/topology.tar.gz", new string('b', 64)),
            "exclamation.defn", "exclamation.jar", HeronCoreVersion.Newest);
    }

    /// <summary>A scheduler for a scripted Nomad.</summary>
    public static NomadScheduler Scheduler(ScriptedNomad nomad, params (string Key, string Value)[] settings) =>
        Scheduler(nomad.Uri, settings);

    public static NomadScheduler Scheduler(string uri, params (string Key, string Value)[] settings) =>
        (NomadScheduler)TestParts.Make(NomadPart.Scheduler, Server(uri, settings).Base.Local);

    /// <summary>What a server with this configuration would have read.</summary>
    /// <exception cref="HeronException">It could not have.</exception>
    public static NomadOptions Options(HeronConfig config)
    {
        var findings = new Findings();
        return NomadOptions.Read(TestParts.Settings(config), findings)
            ?? throw new HeronException(FaultKind.Invalid, string.Join('\n', findings.Mistakes));
    }

    public static ServerConfiguration Server(string? uri, (string Key, string Value)[] settings)
    {
        var overrides = new Dictionary<string, string>(Fast);
        if (uri is not null)
        {
            overrides[NomadKeys.SchedulerUri] = uri;
        }

        foreach (var (key, value) in settings)
        {
            overrides[key] = value;
        }

        return ConfigurationLoader.Load(new ConfigurationSources
        {
            TemplateDirectory = Fixtures.Reference("templates", "nomad-raw"),
            Cluster = "nomad",
            Environment = new HostEnvironment("/home/heron", "/usr/lib/jvm/java"),
            Overrides = overrides,
        });
    }
}
