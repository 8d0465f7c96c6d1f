// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace Heron.Testing;

/// <summary>Finds recorded data and files of the repository, wherever the test assembly runs from.</summary>
public static class Fixtures
{
    /// <summary>The folder of the solution file.</summary>
    public static string RepositoryRoot { get; } = typeof(Fixtures).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>What the Java server produced: see tests/fixtures/README.md.</summary>
    public static string Reference(params string[] parts) =>
        Path.Join([RepositoryRoot, "tests", "fixtures", "reference", .. parts]);

    /// <summary>Any other fixture.</summary>
    public static string File(params string[] parts) => Path.Join([RepositoryRoot, "tests", "fixtures", .. parts]);
}
