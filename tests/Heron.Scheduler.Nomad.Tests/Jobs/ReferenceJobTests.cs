// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Scheduler.Nomad.Jobs;
using Heron.Scheduler.Nomad.Model;
using Heron.Scheduler.Nomad.Tests.Support;

namespace Heron.Scheduler.Nomad.Tests.Jobs;

/// <summary>Every case of <c>reference/nomad-jobs</c>: the jobs of each submission, or what happens in place of jobs.</summary>
public sealed class ReferenceJobTests
{
    /// <summary>
    /// Submissions for which the reference registered no job at all, and what happens here: null when the submission works
    /// here, else a part of the message. The reasons are in docs/decisions/nomad-jobs.md.
    /// </summary>
    private static readonly Dictionary<string, string?> WithoutJobs = new()
    {
        ["bad-driver"] = "heron.nomad.driver",
        ["cluster-other"] = null,
        ["docker-override-empty"] = null,
        ["form-boolean-use-core-uri"] = null,
        ["job-template-override"] = "heron.scheduler.job.template",
        ["missing-script"] = null,
        ["no-extension-binary"] = "topology",
        ["nomad-unreachable"] = null,
        ["nomad-uri-no-scheme"] = null,
        ["nomad-uri-with-path"] = null,
        ["reliability-bad"] = "reliability",
        ["server-boolean-register-false"] = null,
        ["server-boolean-use-core-uri"] = null,
        ["tar-gz-binary"] = null,
        ["zip-binary"] = "zip",
    };

    public static TheoryData<string> Cases => [.. ReferenceCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Jobs_are_those_of_the_reference_but_for_the_named_rules(string name)
    {
        var reference = ReferenceCase.Read(name);
        var used = new HashSet<string>();
        var compared = 0;
        foreach (var submission in reference.Submissions)
        {
            foreach (var recorded in ReferenceCase.Registrations(submission))
            {
                Compare(reference, submission, recorded["Job"]!.AsObject(), used);
                compared++;
            }
        }

        if (compared == 0)
        {
            Assert.True(WithoutJobs.ContainsKey(name), $"{name} registers no job in the reference and is not listed");
            CheckOutcome(reference, WithoutJobs[name]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {compared} jobs; rules {string.Join(", ", used.Order())}");
    }

    [Fact]
    public void All_recorded_cases_are_looked_at()
    {
        Assert.Equal(74, ReferenceCase.Names.Count);
        Assert.All(WithoutJobs.Keys, name => Assert.Contains(name, ReferenceCase.Names));
    }

    private static void Compare(ReferenceCase reference, JsonObject submission, JsonObject recorded, HashSet<string> used)
    {
        var deployment = reference.Deployment(submission, PackageUri(recorded));
        var server = reference.Server().Base.Local;
        var builder = new JobBuilder(deployment, Deployments.Options(server), submission: null);
        var container = JobNames.ContainerOf(recorded["ID"]!.GetValue<string>(), deployment.Identity.Id);
        Assert.NotNull(container);
        Assert.Contains(container.Value, builder.ContainerIds);

        var expected = new ReferenceRules(reference, deployment, Deployments.Options(server).Keeping, used).Expected(recorded);
        var actual = ReferenceRules.Comparable(NomadJson.Tree(builder.Build(container.Value)));

        Assert.Equal(Text(expected), Text(actual));
    }

    private static void CheckOutcome(ReferenceCase reference, string? message)
    {
        var submission = reference.Submissions.First();
        var build = () =>
        {
            var server = reference.Server().Base.Local;
            var builder = new JobBuilder(
                reference.Deployment(submission, "http://apiserver.example:9000/api/v1/file/download/topology.tar.gz"),
                Deployments.Options(server),
                submission: null);
            return builder.ContainerIds.Select(builder.Build).ToList();
        };
        if (message is null)
        {
            Assert.NotEmpty(build());
        }
        else
        {
            var fault = Assert.Throws<HeronException>(build);
            Assert.Equal(FaultKind.Invalid, fault.Kind);
            Assert.Contains(message, fault.Message);
        }
    }

    private static string PackageUri(JsonObject job)
    {
        var task = job["TaskGroups"]![0]!["Tasks"]![0]!;
        var command = task["Env"]!["HERON_TOPOLOGY_DOWNLOAD_CMD"]?.GetValue<string>()
            ?? task["Config"]!["args"]![1]!.GetValue<string>();
        return command.Split(' ').SkipWhile(w => w != "-u").ElementAt(1);
    }

    private static string Text(JsonNode node) => JsonSerializer.Serialize(Sorted(node), new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Sorted(p.Value!)))),
        JsonArray a => new JsonArray([.. a.Select(x => (JsonNode?)Sorted(x!))]),
        _ => node.DeepClone(),
    };
}
