// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using Heron.ApiServer.FormData;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Daemons;
using Heron.Operations.Update;
using Microsoft.Extensions.Primitives;

namespace Heron.ApiServer.Topologies;

/// <summary>Reads the form of an update request, with the Java server's messages for what is wrong in it.</summary>
public static partial class UpdateForm
{
    private const string Parallelism = "component_parallelism";
    private const string ContainerNumber = "container_number";
    private const string RuntimeConfig = "runtime_config";

    private static readonly HashSet<string> KnownFields =
        new([Parallelism, ContainerNumber, RuntimeConfig, RequestFlags.DryRun, RequestFlags.DryRunFormat], StringComparer.Ordinal);

    /// <summary>Reads the form's fields.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: what is wrong and what is expected.</exception>
    public static UpdateRequest Read(IEnumerable<KeyValuePair<string, StringValues>> form)
    {
        var fields = form.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        FormFields.RefuseNearly(fields.Keys, KnownFields);
        var parallelism = Joined(fields, Parallelism);
        var containers = fields.TryGetValue(ContainerNumber, out var numbers) ? numbers[0] ?? "" : null;
        var settings = Joined(fields, RuntimeConfig);
        if (parallelism is null && containers is null && settings is null)
        {
            throw Invalid("missing component_parallelism or runtime_config param");
        }

        var wantsPlan = parallelism is { Length: > 0 } || containers is { Length: > 0 };
        if (wantsPlan && settings is { Length: > 0 })
        {
            throw Invalid("parallelism or container number and runtime config can not be updated at the same time.");
        }

        if (!wantsPlan && settings is null or "")
        {
            throw Invalid("Missing arguments. Not taking action.");
        }

        return new UpdateRequest
        {
            Parallelism = ParseParallelism(parallelism ?? ""),
            ParallelismText = parallelism ?? "",
            Containers = containers is null or "" ? null : ParseContainers(containers),
            RuntimeSettings = settings is null ? [] : ParseSettings(settings),
            IsDryRun = fields.ContainsKey(RequestFlags.DryRun),
            DryRunFormat = fields.TryGetValue(RequestFlags.DryRunFormat, out var format) ? format[0] ?? "" : "",
            Overrides = fields
                .Where(f => !KnownFields.Contains(f.Key))
                .ToDictionary(f => f.Key, f => f.Value[0] ?? "", StringComparer.Ordinal),
        };
    }

    private static string? Joined(Dictionary<string, StringValues> fields, string name) =>
        fields.TryGetValue(name, out var values) ? string.Join(',', values.ToArray()) : null;

    private static Dictionary<string, int> ParseParallelism(string text)
    {
        var changes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split(':', 2) is not [var component, var number] || !TryParse(number, out var parallelism))
            {
                throw Invalid(
                    "Invalid parallelism parameter found. Expected: "
                    + $"<component>:<parallelism>[,<component>:<parallelism>], Found: {text}");
            }

            changes[component] = parallelism;
        }

        return changes;
    }

    private static int ParseContainers(string text) => TryParse(text, out var containers)
        ? containers
        : throw Invalid($"Invalid container_number parameter found. Expected: a whole number, Found: {text}");

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static List<RuntimeSetting> ParseSettings(string text)
    {
        var settings = new List<RuntimeSetting>();
        foreach (var setting in text.Split(','))
        {
            var match = SettingPattern().Match(setting);
            if (!match.Success)
            {
                throw Invalid(
                    "Invalid user config found. Expected: [component_name:]<config>:<value>"
                    + $"[,[component_name>:]<config>:<value>], Found: {text}");
            }

            var component = match.Groups["component"];
            settings.Add(new RuntimeSetting(
                component.Success ? component.Value : null, match.Groups["key"].Value, match.Groups["value"].Value));
        }

        return settings;
    }

    private static HeronException Invalid(string message) => new(FaultKind.Invalid, message);

    // Wider than the Java tools' [\w.-]+ in the value only: the manager splits at ':' and takes the rest as it is.
    [GeneratedRegex(@"^((?<component>[\w.-]+):)?(?<key>[\w.-]+):(?<value>[^:,\p{Cc}]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex SettingPattern();
}
