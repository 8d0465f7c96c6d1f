// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Protobuf;
using Heron.Testing;
using PackingPlan = Heron.Core.Packing.PackingPlan;

namespace Heron.Core.Tests.Packing;

/// <summary>Reads recorded packing cases and runs ours on the same input.</summary>
internal static partial class ReferencePacking
{
    public static string Folder(params string[] parts) => Fixtures.Reference(["packing", .. parts]);

    public static JsonDocument Read(params string[] parts) =>
        JsonDocument.Parse(File.ReadAllBytes(Folder(parts)));

    public static Topology Topology(JsonElement recorded) => Protobuf.Topology.Parser.ParseFrom(
        File.ReadAllBytes(Fixtures.Reference(recorded.GetProperty("topology_file").GetString()!.Split('/'))));

    public static IPacking Algorithm(string className) => className.Split('.')[^1] switch
    {
        nameof(RoundRobinPacking) => new RoundRobinPacking(),
        nameof(RoundRobinPackingV2) => new RoundRobinPackingV2(),
        nameof(ResourceCompliantRRPacking) => new ResourceCompliantRRPacking(),
        nameof(FirstFitDecreasingPacking) => new FirstFitDecreasingPacking(),
        var other => throw new InvalidOperationException($"no algorithm {other}"),
    };

    public static HeronConfig Config(JsonElement recorded) =>
        recorded.TryGetProperty("config_overrides", out var overrides)
            ? new HeronConfig(overrides.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Value(p.Value))))
            : HeronConfig.Empty;

    /// <summary>Runs one case and collects what differs; a plan that ours makes is returned for the cases that follow.</summary>
    public static PackingPlan? Check(
        string name,
        JsonElement expected,
        Func<PackingPlan> run,
        Tally tally,
        Func<PackingPlan?, HeronException?, string?>? insteadOfCrash = null)
    {
        PackingPlan? plan = null;
        HeronException? error = null;
        try
        {
            plan = run();
        }
        catch (HeronException e)
        {
            error = e;
        }

        var crash = expected.TryGetProperty("exception", out var exception) && exception.ValueKind == JsonValueKind.Object
            ? exception.GetProperty("class").GetString()
            : null;
        if (crash is "java.lang.NullPointerException")
        {
            tally.Deliberate(name, insteadOfCrash is null ? "nothing says what to do here" : insteadOfCrash(plan, error));
        }
        else if (crash is not null)
        {
            var wanted = MessageOf(exception);
            tally.Compare(name, wanted == MessageOf(error), $"expected the error '{wanted}', got {MessageOf(error) ?? "a plan"}");
        }
        else if (plan is null)
        {
            tally.Compare(name, false, $"expected a plan, got the error '{error!.Message}'");
        }
        else
        {
            var differences = ReferencePlan.Differences(expected, plan);
            tally.Compare(name, differences.Count == 0, string.Join("; ", differences.Take(4)));
        }

        return plan;
    }

    /// <summary>Runs repack cases on a plan, and those recorded on top of their results.</summary>
    public static void CheckRepacks(
        string name,
        JsonElement cases,
        IPacking packing,
        Topology topology,
        HeronConfig config,
        PackingPlan current,
        Tally tally)
    {
        foreach (var recorded in cases.EnumerateArray())
        {
            var changes = recorded.GetProperty("component_changes").EnumerateObject()
                .ToDictionary(p => p.Name, p => p.Value.GetInt32());
            var containers = recorded.GetProperty("containers");
            var caseName = $"{name} > {recorded.GetProperty("name").GetString()}";
            var plan = Check(
                caseName,
                recorded,
                () => containers.ValueKind == JsonValueKind.Null
                    ? packing.Repack(topology, config, current, changes)
                    : packing.Repack(topology, config, current, containers.GetInt32(), changes),
                tally,
                (plan, error) => InsteadOfCrash(current, changes, plan, error));
            if (recorded.TryGetProperty("then", out var then) && plan is not null)
            {
                CheckRepacks(caseName, then, packing, topology, config, plan, tally);
            }
        }
    }

    // The reference crashes when nothing changes, and with round robin when a component is unknown.
    private static string? InsteadOfCrash(
        PackingPlan current, Dictionary<string, int> changes, PackingPlan? plan, HeronException? error)
    {
        if (changes.Values.All(change => change == 0))
        {
            return plan is null ? $"expected the plan as it is, got '{error!.Message}'"
                : Placed(plan) == Placed(current) ? null
                : "expected the plan as it is, got another one";
        }

        var unknown = changes.Keys.First(c => !current.ComponentCounts.ContainsKey(c));
        return error is null ? "expected an error, got a plan"
            : error.Message.Contains($"no component '{unknown}'", StringComparison.Ordinal) ? null
            : $"expected an error that names {unknown}, got '{error.Message}'";
    }

    private static string Placed(PackingPlan plan) => string.Join(' ', plan.Containers
        .SelectMany(c => c.Instances.Select(i => $"{c.Id}:{i}"))
        .Order(StringComparer.Ordinal));

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.Number => value.GetDouble(),
        _ => null,
    };

    private static string? MessageOf(JsonElement exception)
    {
        var message = exception.GetProperty("message").GetString();
        var isPacking = exception.GetProperty("class").GetString()!.EndsWith(".PackingException", StringComparison.Ordinal);
        return isPacking && exception.GetProperty("causes") is { } causes && causes.GetArrayLength() > 0
            ? $"{message} <- {causes[0].GetProperty("message").GetString()}"
            : message;
    }

    private static string? MessageOf(HeronException? error) => error switch
    {
        null => null,
        { InnerException: { } cause } => $"{JavasPart(error.Message)} <- {JavasPart(cause.Message)}",
        _ => JavasPart(error.Message),
    };

    // Where Java only quotes what it cannot read, this server names the setting behind it.
    public static string JavasPart(string message)
    {
        var named = NamedSetting().Match(message);
        Assert.True(named.Success || !Unnamed().IsMatch(message), $"'{message}' does not name the setting");
        return named.Success ? named.Groups[1].Value : message;
    }

    [GeneratedRegex(@"^((?:For input string: |empty String|Invalid component\. |Failed to convert |Don't know how ).*?) \([a-z.]+(?: of component .+)?(?: must be a(?: whole)? number)?\)$")]
    private static partial Regex NamedSetting();

    [GeneratedRegex("^(?:For input string: |empty String|Invalid component\\. |Failed to convert |Don't know how )")]
    private static partial Regex Unnamed();
}
