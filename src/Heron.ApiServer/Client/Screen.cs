// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Client;

/// <summary>Where output goes to.</summary>
/// <param name="Width">How many letters a line may have; null for any number, as in a file or a pipe.</param>
/// <param name="HasColours">Whether words may be coloured.</param>
internal sealed record Screen(int? Width, bool HasColours)
{
    private const string NoColour = "NO_COLOR";

    /// <summary>Standard output.</summary>
    public static Screen OfThisProcess() => Console.IsOutputRedirected
        ? new Screen(null, false)
        : new Screen(Console.WindowWidth > 0 ? Console.WindowWidth : null, string.IsNullOrEmpty(Environment.GetEnvironmentVariable(NoColour)));
}
