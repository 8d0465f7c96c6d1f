// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Core.Java;
using Heron.Core.Packing;

namespace Heron.Core.DryRun;

/// <summary>Writes a plan as JSON, with the order of keys and the number forms of the Java server (1.0, not 1).</summary>
internal static class JsonPlan
{
    /// <summary>The plan, a container a piece.</summary>
    public static IEnumerable<string> Write(string topology, string packingClass, PackingPlan plan) => plan.Containers
        .Select((container, i) => i == 0 ? Write(container) : "," + Write(container))
        .Prepend($"{{\"packingClass\":{Text(packingClass)},\"topology\":{Text(topology)},\"containers\":[")
        .Append("]}");

    private static string Write(ContainerPlan container) =>
        $"{{\"id\":{container.Id},\"resources\":{Write(container.Required)},\"components\":["
        + string.Join(',', container.Instances.Select(Write)) + "]}";

    private static string Write(InstancePlan instance) =>
        $"{{\"component\":{Text(instance.ComponentName)},\"id\":{instance.TaskId},\"index\":{instance.ComponentIndex},"
        + $"\"resources\":{Write(instance.Resource)}}}";

    private static string Write(Resource resource) =>
        $"{{\"cpu\":{JavaNumber.Text(resource.Cpu)},\"ram\":{resource.Ram.Bytes},\"disk\":{resource.Disk.Bytes}}}";

    // Characters outside ASCII stay as they are.
    private static string Text(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"').ToString();
    }
}
