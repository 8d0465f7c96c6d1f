// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.StandInCore;

namespace Heron.Testing.StandIn;

/// <summary>Packs the built test project <c>Heron.StandInCore</c> as a heron-core.</summary>
public static class StandInCorePackage
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>The built stand-in.</summary>
    public static string Program { get; } = Path.Join(
        Fixtures.RepositoryRoot, "tests", "Heron.StandInCore", "bin", Configuration, "net10.0", "Heron.StandInCore.dll");

    /// <summary>Writes the package.</summary>
    /// <param name="path">Where.</param>
    /// <param name="settings">Written into it as <c>stand-in.json</c>.</param>
    public static void Write(string path, StandInCoreOptions settings)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException("build tests/Heron.StandInCore first", Program);
        }

        CorePackage.Write(path, DotNet, Program, settings.IsOld, settings.Version, JsonSerializer.Serialize(settings));
    }

    /// <summary>The dotnet that runs the tests: tasks need not have it on their PATH.</summary>
    private static string DotNet => Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet"
        ? self
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host
            ? host
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .Select(folder => Path.Join(folder, "dotnet"))
                .First(File.Exists);
}
