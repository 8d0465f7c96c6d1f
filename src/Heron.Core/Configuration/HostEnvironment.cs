// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Configuration;

/// <summary>What token substitution takes from the machine rather than from the configuration.</summary>
/// <param name="Home">What <c>~</c> and <c>${HOME}</c> stand for.</param>
/// <param name="JavaHome">What <c>${JAVA_HOME}</c> stands for; with null the token stays as it is.</param>
public sealed record HostEnvironment(string Home, string? JavaHome)
{
    /// <summary>What stands for the home folder in a text that only a node can complete.</summary>
    public const string NodeHome = "~";

    /// <summary>Where the Heron that is installed for this account has its templates, if one is: a folder for each.</summary>
    public string HeronConf => Path.Join(Home, ".heron", "conf");

    /// <summary>The home folder that this machine's own list of accounts has for this one; null when it is not in it.</summary>
    public string? AccountHome { get; init; }

    /// <summary>That of the running process. Only the program's start asks for it; everything else is given one.</summary>
    public static HostEnvironment OfThisProcess() => new(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
        Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } javaHome ? javaHome : null)
    {
        AccountHome = HomeOf(Environment.UserName),
    };

    private static string? HomeOf(string account)
    {
        const int NameField = 0;
        const int HomeField = 5;
        try
        {
            return File.ReadLines("/etc/passwd")
                .Select(line => line.Split(':'))
                .FirstOrDefault(fields => fields.Length > HomeField && fields[NameField] == account)?[HomeField].TrimEnd('/');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
