// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Google.Protobuf;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Testing;
using Proto = Heron.Core.Protobuf;

namespace Heron.Scheduler.Nomad.Tests.Support;

/// <summary>A recorded case of <c>reference/nomad-jobs</c>, and the deployments that its submissions make.</summary>
internal sealed class ReferenceCase
{
    private static readonly string[] FormFields = ["cluster", "name", "role", "environment", "user"];

    private ReferenceCase(string name, JsonObject recorded)
    {
        Name = name;
        Recorded = recorded;
    }

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.GetFiles(Fixtures.Reference("nomad-jobs"), "*.json")
            .Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal),
    ];

    public string Name { get; }

    public JsonObject Recorded { get; }

    public IEnumerable<JsonObject> Submissions =>
        Recorded["steps"]!.AsArray().Select(s => s!.AsObject()).Where(s => s["op"]!.GetValue<string>() == "submit");

    public string TemplateDirectory => Fixtures.Reference("templates", Recorded["server"]!["template"]!.GetValue<string>());

    public static ReferenceCase Read(string name) =>
        new(name, JsonNode.Parse(File.ReadAllText(Fixtures.Reference("nomad-jobs", name + ".json")))!.AsObject());

    /// <summary>The bodies of the jobs that the reference tried to register in a submission.</summary>
    public static IReadOnlyList<JsonObject> Registrations(JsonObject submission) =>
    [
        .. (submission["nomad_requests"]?.AsArray() ?? [])
            .Where(r => r!["method"]!.GetValue<string>() == "PUT" && r["path"]!.GetValue<string>() == "/v1/jobs")
            .Select(r => r!["body"]!.AsObject()),
    ];

    /// <summary>The server's configuration.</summary>
    public ServerConfiguration Server() => ConfigurationLoader.Load(new ConfigurationSources
    {
        TemplateDirectory = TemplateDirectory,
        Cluster = Recorded["server"]!["cluster"]!.GetValue<string>(),
        Environment = new HostEnvironment("/home/heron", "/usr/lib/jvm/java-11-openjdk-amd64"),
        ReleaseFile = Fixtures.Reference("templates", "release.yaml"),
        Overrides = Recorded["server"]!["overrides"]!.AsObject()
            .ToDictionary(p => p.Key, p => p.Value!.GetValue<string>()),
    });

    /// <summary>What a submission deploys, its package published under the recorded address.</summary>
    public TopologyDeployment Deployment(JsonObject submission, string packageUri)
    {
        var definition = submission["definition"]!.GetValue<string>();
        var bytes = File.ReadAllBytes(Fixtures.Reference(definition.Split('/')));
        var topology = TopologyReader.Read(bytes, Path.GetFileName(definition));
        var form = submission["form"]!.AsObject().ToDictionary(p => p.Key, p => p.Value!.GetValue<string>());
        var identity = new TopologyIdentity(
            form["cluster"], form["role"], form.GetValueOrDefault("environment", "default"), topology.Name, topology.Id);
        var config = Server().ForRequest(
            new Dictionary<string, object?>
            {
                [ConfigKeys.Cluster] = identity.Cluster,
                [ConfigKeys.Role] = identity.Role,
                [ConfigKeys.Environ] = identity.Environment,
                [ConfigKeys.TopologyName] = identity.Name,
                [ConfigKeys.TopologyId] = identity.Id,
                [ConfigKeys.SubmitUser] = form.GetValueOrDefault("user", identity.Role),
                [ConfigKeys.DryRun] = false,
                [ConfigKeys.Verbose] = form.ContainsKey("verbose"),
                [ConfigKeys.VerboseGc] = form.ContainsKey("verbose_gc"),
            },
            RequestFlags.Without(form.Where(p => !FormFields.Contains(p.Key))));
        return new TopologyDeployment(
            identity,
            topology,
            Plan(topology, Path.GetFileNameWithoutExtension(definition), config.Local),
            config,
            new PublishedPackage(packageUri, new string('a', 64)),
            submission["definition_filename"]?.GetValue<string>() ?? Path.GetFileName(definition),
            submission["binary"]!.GetValue<string>(),
            HeronCoreVersion.Newest);
    }

    /// <summary>
    /// Round robin plans are made; those of other algorithms are taken from the recordings, since this is not about packing.
    /// </summary>
    private static PackingPlan Plan(Proto.Topology topology, string definition, HeronConfig config)
    {
        var algorithm = config.GetString(ConfigKeys.PackingClass)!.Split('.')[^1];
        if (algorithm == "RoundRobinPacking")
        {
            return new RoundRobinPacking().Pack(topology, config);
        }

        var recorded = JsonNode.Parse(
            File.ReadAllText(Fixtures.Reference("packing", "submit", $"{definition}.{algorithm}.json")))!;
        return PackingPlanProto.FromProto(Proto.PackingPlan.Parser.ParseFrom(
            ByteString.FromBase64(recorded["plan_proto_base64"]!.GetValue<string>())));
    }
}
