// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core.Configuration;
using Heron.Core.DryRun;
using Heron.Core.Packing;
using Heron.Core.Tests.Packing;
using Heron.Testing;
using Topology = Heron.Core.Protobuf.Topology;

namespace Heron.Core.Tests.DryRun;

public class ReferenceDryRunTests
{
    // Answers that no plan has a part in: file types, class names, runtime configuration.
    private static readonly string[] NoRendering =
    [
        "No enum constant org.apache.heron.common.basics.PackageType.ZIP",
        "Failed to instantiate packing instance: no.such.Class",
        "syn-2c-5i updated",
        "class java.lang.String cannot be cast to class java.lang.Boolean "
            + "(java.lang.String and java.lang.Boolean are in module java.base of loader 'bootstrap')",
        "The component parallelism request (word:2) is the same as the current topology parallelism. Not taking action.",
    ];

    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(Fixtures.Reference("apiserver", "dry-run"), "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_dry_run_answers_as_the_Java_server_does(string file) => Check(file).AssertNone();

    [Fact]
    public void All_34_recorded_files_are_there_and_only_lower_case_names_and_a_broken_character_differ()
    {
        var tallies = Cases().Select(row => Check(row.Data)).ToList();
        Assert.Equal(34, tallies.Count);
        Assert.Equal(4, tallies.Sum(t => t.DeliberatelyDifferent));
        Assert.Equal(169, tallies.Sum(t => t.Identical));
    }

    private static Tally Check(string file)
    {
        using var recorded = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Reference("apiserver", "dry-run", file)));
        var root = recorded.RootElement;
        var template = Template(root.GetProperty("server").GetProperty("template").GetString()!);
        var tally = new Tally();
        Topology? topology = null;
        PackingPlan? stored = null;
        foreach (var step in root.GetProperty("steps").EnumerateArray())
        {
            var name = $"{file} {step.GetProperty("op").GetString()}";
            switch (step.GetProperty("op").GetString())
            {
                case "submit":
                    topology = Read(step);
                    var form = step.GetProperty("form");
                    if (form.TryGetProperty("dry_run", out _))
                    {
                        var format = form.TryGetProperty("dry_run_format", out var f) ? f.GetString() : null;
                        Compare(name, step, format, tally, to => Submit(topology, template, to));
                    }
                    else
                    {
                        var plan = Packing(template, ConfigKeys.PackingClass).Pack(topology, template);
                        stored = PackingPlanProto.FromProto(plan.WithHomogeneousScheduledResource().ToProto());
                    }

                    break;
                case "update":
                    var parameters = step.GetProperty("params").EnumerateArray()
                        .Select(p => (Key: p[0].GetString()!, Value: p[1].GetString()!)).ToList();
                    Compare(
                        name,
                        step,
                        parameters.FirstOrDefault(p => p.Key == "dry_run_format").Value,
                        tally,
                        to => Update(topology!, template, stored!, parameters, to));
                    break;
            }
        }

        return tally;
    }

    private static string Submit(Topology topology, HeronConfig config, DryRunFormat format) => string.Concat(DryRunRenderer.Submit(
        topology, config, Packing(config, ConfigKeys.PackingClass).Pack(topology, config), format));

    private static string Update(
        Topology topology, HeronConfig template, PackingPlan stored, List<(string Key, string Value)> parameters, DryRunFormat format)
    {
        var config = template.With(parameters.Where(p => p.Key.StartsWith("heron.", StringComparison.Ordinal))
            .Select(p => KeyValuePair.Create(p.Key, (object?)p.Value)));
        var changes = new Dictionary<string, int>();
        foreach (var (_, value) in parameters.Where(p => p.Key == "component_parallelism"))
        {
            foreach (var part in value.Split(','))
            {
                var colon = part.LastIndexOf(':');
                changes[part[..colon]] = int.Parse(part[(colon + 1)..]) - stored.ComponentCounts[part[..colon]];
            }
        }

        var packing = Packing(config, ConfigKeys.RepackingClass);
        var containers = parameters.FirstOrDefault(p => p.Key == "container_number").Value;
        var plan = containers is null
            ? packing.Repack(topology, config, stored, changes)
            : packing.Repack(topology, config, stored, int.Parse(containers), changes);
        return string.Concat(DryRunRenderer.Update(topology, config, plan, stored, format));
    }

    private static void Compare(
        string name, JsonElement step, string? formatName, Tally tally, Func<DryRunFormat, string> render)
    {
        using var body = JsonDocument.Parse(step.GetProperty("response").GetProperty("body").GetString()!);
        var isError = body.RootElement.TryGetProperty("message", out var message);
        var expected = isError ? message.GetString()! : body.RootElement.GetProperty("response").GetString()!;
        if (isError && NoRendering.Contains(expected))
        {
            return;
        }

        string Render(DryRunFormat format)
        {
            try
            {
                return render(format);
            }
            catch (HeronException e)
            {
                return ReferencePacking.JavasPart(e.Message);
            }
        }

        var format = DryRunFormats.Parse(formatName);
        name = $"{name} {formatName}";
        if (formatName is "raw" or "colored_table" or "json")
        {
            // The Java server knows upper case only and answers with the plain table.
            tally.Deliberate(
                name, Render(DryRunFormat.Table) == expected && Render(format) != expected ? null : "not what it would be");
            return;
        }

        var actual = Render(format);
        if (expected.Contains("?\u0336?\u0336", StringComparison.Ordinal))
        {
            // Striking through each half of a surrogate pair destroys the character; ours stays whole.
            var struck = actual.Replace("\U0001F600\u0336", "?\u0336?\u0336", StringComparison.Ordinal);
            tally.Deliberate(name, struck == expected ? null : "more than the character differs");
            return;
        }

        var at = expected.Zip(actual).TakeWhile(p => p.First == p.Second).Count();
        tally.Compare(
            name,
            expected == actual,
            $"at {at}: expected\n{expected[Math.Max(0, at - 60)..Math.Min(expected.Length, at + 120)]}\ngot\n"
            + actual[Math.Max(0, at - 60)..Math.Min(actual.Length, at + 120)]);
    }

    private static Topology Read(JsonElement step) => Topology.Parser.ParseFrom(
        File.ReadAllBytes(Fixtures.Reference(step.GetProperty("definition").GetString()!.Split('/'))));

    private static IPacking Packing(HeronConfig config, string key) =>
        ReferencePacking.Algorithm(config.GetString(key)!);

    private static HeronConfig Template(string template) => new(
        File.ReadLines(Fixtures.Reference("templates", template, "packing.yaml"))
            .Select(line => line.Split(':', 2))
            .Select(pair => KeyValuePair.Create(pair[0].Trim(), (object?)pair[1].Trim())));
}
