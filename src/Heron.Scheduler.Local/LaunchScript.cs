// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Local;

/// <summary>The script that turns a child process into a container; its words are at its top.</summary>
internal static class LaunchScript
{
    /// <summary>Its exit status when another copy of the container has the lock.</summary>
    public const int Busy = 75;

    private const string Resource = "Heron.Scheduler.Local.launch-container.sh";
    private static readonly Lazy<string> Script = new(Read);

    /// <summary>The script.</summary>
    public static string Text => Script.Value;

    private static string Read()
    {
        using var stream = typeof(LaunchScript).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing from the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
