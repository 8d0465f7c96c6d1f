namespace Heron.Testing;

/// <summary>Tests of the category "Soak" have a short form for every run and a long one for HERON_SOAK=1.</summary>
public static class Soak
{
    public const string Category = "Soak";

    public static bool Long { get; } = Environment.GetEnvironmentVariable("HERON_SOAK") == "1";

    public static T Pick<T>(T brief, T soak) => Long ? soak : brief;
}
