namespace Heron.Core.Configuration;

/// <summary>What token substitution takes from the machine rather than from the configuration.</summary>
/// <param name="Home">What <c>~</c> and <c>${HOME}</c> stand for.</param>
/// <param name="JavaHome">What <c>${JAVA_HOME}</c> stands for; with null the token stays as it is.</param>
public sealed record HostEnvironment(string Home, string? JavaHome);
