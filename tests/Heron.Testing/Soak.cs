// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing;

/// <summary>Tests of the category "Soak" have a short form for every run and a long one for HERON_SOAK=1.</summary>
public static class Soak
{
    public const string Category = "Soak";

    public static bool Long { get; } = Environment.GetEnvironmentVariable("HERON_SOAK") == "1";

    private static readonly Lock NoteLock = new();

    /// <summary>How many times something is done: what a variable of the environment says, otherwise as the form has it.</summary>
    public static int Count(string variable, int brief, int soak) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var count) ? count : Pick(brief, soak);

    /// <summary>Notes a figure for whoever started the long form: a line in the file that HERON_SOAK_FIGURES names.</summary>
    public static void Note(string figure)
    {
        if (Environment.GetEnvironmentVariable("HERON_SOAK_FIGURES") is { Length: > 0 } file)
        {
            lock (NoteLock)
            {
                File.AppendAllText(file, figure + "\n");
            }
        }
    }

    public static T Pick<T>(T brief, T soak) => Long ? soak : brief;
}
