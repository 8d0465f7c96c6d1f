// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.Operations.Submit;

/// <summary>
/// Settings that belong to the server and that a submission cannot change: the parts that the server is made of. The Java
/// server made new ones for every request, and lost what it had started when a form named others.
/// </summary>
internal static class FixedSettings
{
    private static readonly (string Key, string Part)[] Parts =
    [
        (ConfigKeys.StateManagerClass, "state manager"),
        (ConfigKeys.LauncherClass, "launcher"),
        (ConfigKeys.UploaderClass, "uploader"),
        (ConfigKeys.SchedulerClass, "scheduler"),
    ];

    /// <summary>Refuses a form that names another class for one of these parts.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>.</exception>
    public static void Check(IEnumerable<KeyValuePair<string, string>> overrides, HeronConfig server)
    {
        foreach (var (key, value) in overrides)
        {
            var (_, part) = Array.Find(Parts, p => p.Key == key);
            if (part is not null && !SameClass(value, server.GetString(key)))
            {
                throw new HeronException(
                    FaultKind.Invalid,
                    $"Failed to instantiate {part} class '{value}': the {part} is chosen when the server starts and is '{server.GetString(key)}'");
            }
        }
    }

    // Both families of Java class names mean the same class.
    private static bool SameClass(string asked, string? present) =>
        asked[(asked.LastIndexOf('.') + 1)..] == present?[(present.LastIndexOf('.') + 1)..];
}
