// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Text.RegularExpressions;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Client;
using Heron.Scheduler.Nomad.Jobs;

namespace Heron.Scheduler.Nomad;

/// <summary>Everything that the scheduler takes from its server's configuration; read once, at the start.</summary>
/// <param name="Connection">How to reach Nomad.</param>
/// <param name="Tls">Certificates, loaded; null without TLS.</param>
/// <param name="StartScript">The script that turns a task into a container.</param>
/// <param name="Keeping">What is kept on nodes of containers that ended.</param>
/// <param name="Cluster">The cluster that the server serves.</param>
internal sealed partial record NomadOptions(
    NomadConnectionSettings Connection, SslClientAuthenticationOptions? Tls, string StartScript, LogKeeping Keeping, string Cluster)
{
    /// <summary>Reads all of it, and looks at what would fail at the first submission.</summary>
    public static NomadOptions? Read(PartSettings settings, Findings findings)
    {
        var read = new NomadSettingReader(settings.Config, settings.Variable, findings);
        var connection = NomadConnectionSettings.Read(read);
        var tls = NomadTls.Load(connection, findings);
        var script = findings.Try(() => StartScriptFile.Text(settings.Config));
        var folder = settings.Node.GetString(NomadKeys.WorkingDirectory);
        _ = NomadJobSettings.Read(new NomadSettingReader(
            settings.Config.With([new(NomadKeys.WorkingDirectory, folder is null ? null : Token().Replace(folder, "x"))]),
            settings.Variable,
            findings));
        var keeping = findings.Try(() => LogKeeping.From(settings.Config, Core.Scheduling.StartScript.OnNode(folder)));
        return script is null || keeping is null ? null : new NomadOptions(connection, tls, script, keeping, settings.Cluster);
    }

    /// <summary>What a request fills in.</summary>
    [GeneratedRegex(@"\$\{(ROLE|ENVIRON|TOPOLOGY|TOPOLOGY_ID|CLUSTER)\}")]
    private static partial Regex Token();
}
