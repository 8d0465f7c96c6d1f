// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Model;

namespace Heron.Scheduler.Nomad.Jobs;

/// <summary>Files that Nomad writes into the task's folder.</summary>
internal static class StartScriptFile
{
    /// <summary>The start script's name in the task's folder.</summary>
    public const string Name = StartScript.FileName;

    /// <summary>A long executor command's name below the task's <c>local</c> folder.</summary>
    public const string CommandName = "heron_executor_command";

    /// <summary>The built-in start script, or the one that the server's configuration names.</summary>
    /// <remarks>Only the server's own configuration counts: a submission must not make the server read any file.</remarks>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the named script cannot be read.</exception>
    public static string Text(HeronConfig server)
    {
        if (new NomadSettingReader(server).Text(NomadKeys.JobTemplate) is not { } path)
        {
            return StartScript.Text;
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                FaultKind.Invalid,
                $"the setting {NomadKeys.JobTemplate} names the start script {path}, which cannot be read: {unreadable.Message}",
                unreadable);
        }
    }

    /// <summary>
    /// A file with exactly this text. Nomad runs the text through its template language; its delimiters are set to a pair
    /// that the text does not contain, so nothing in it is ever executed on the node.
    /// </summary>
    public static NomadTemplate Template(string text, string destination)
    {
        var mark = "heron";
        while (text.Contains(Left(mark), StringComparison.Ordinal) || text.Contains(Right(mark), StringComparison.Ordinal))
        {
            mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mark + text)))[..16];
        }

        return new NomadTemplate
        {
            EmbeddedTmpl = text,
            DestPath = destination,
            LeftDelim = Left(mark),
            RightDelim = Right(mark),
        };
    }

    private static string Left(string mark) => $"[{mark}[";

    private static string Right(string mark) => $"]{mark}]";
}
