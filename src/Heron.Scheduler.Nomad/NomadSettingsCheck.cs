using System.Text.RegularExpressions;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;

namespace Heron.Scheduler.Nomad;

/// <summary>Looks at everything in a server's configuration that would fail at the first submission.</summary>
public static partial class NomadSettingsCheck
{
    /// <summary>One sentence for each mistake, with the key to change; empty when all is well.</summary>
    /// <param name="server">The server's configuration; tokens of a request, such as the role, may still stand in paths.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    public static IReadOnlyList<string> Mistakes(HeronConfig server, Func<string, string?> environment)
    {
        var read = new NomadSettingReader(server, environment);
        var connection = NomadConnectionSettings.Read(read);
        Try(read, () => NomadHandlerFactory.Create(connection).Dispose());
        Try(read, () => StartScriptFile.Text(server));
        var folder = server.GetString(NomadKeys.WorkingDirectory);
        var jobs = new NomadSettingReader(
            server.With([new(NomadKeys.WorkingDirectory, folder is null ? null : Token().Replace(folder, "x"))]), environment);
        _ = NomadJobSettings.Read(jobs);
        return [.. read.Mistakes.Concat(jobs.Mistakes).Distinct(StringComparer.Ordinal)];
    }

    private static void Try(NomadSettingReader read, Action action)
    {
        try
        {
            action();
        }
        catch (HeronException wrong)
        {
            read.Mistakes.Add(wrong.Message);
        }
    }

    /// <summary>What a request fills in.</summary>
    [GeneratedRegex(@"\$\{(ROLE|ENVIRON|TOPOLOGY|TOPOLOGY_ID|CLUSTER)\}")]
    private static partial Regex Token();
}
