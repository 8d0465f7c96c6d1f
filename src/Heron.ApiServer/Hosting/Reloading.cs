// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Logging;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Reads again, on SIGHUP, what a running server can take, and says what has changed besides and counts after a restart. Users and
/// certificates are also noticed by themselves, a few seconds after a change.
/// </summary>
internal sealed partial class Reloading(
    IServiceProvider services, LogLevels levels, TemplateFolder templates, ILogger<Reloading> logger)
{
    /// <summary>Reads again and tells what came of it.</summary>
    /// <param name="options">What the server was started with.</param>
    public void Now(OptionsAgain options)
    {
        List<string> problems = [];
        List<string> done = [];
        if (services.GetService<PolicySource>() is { } users)
        {
            Note("users, tokens and rights", users.Reload());
        }

        if (services.GetService<TlsCertificates>() is { } certificates)
        {
            Note("the certificate", certificates.Reload());
        }

        List<string> later = [.. ChangedTemplates(problems)];
        if (options.HasFile)
        {
            var now = options.Read();
            problems.AddRange(now.Mistakes);
            if (now.Log is { } log)
            {
                levels.Change(log);
                done.Add($"log levels ({levels})");
            }

            later.InsertRange(0, now.NeedRestart);
        }

        Log.Reloaded(logger, done.Count == 0 ? "nothing" : string.Join(" and ", done));
        foreach (var problem in problems)
        {
            Log.Kept(logger, problem);
        }

        if (later.Count > 0)
        {
            Log.Later(logger, string.Join(", ", later));
        }

        void Note(string what, string? problem)
        {
            if (problem is null)
            {
                done.Add(what);
            }
            else
            {
                problems.Add(problem);
            }
        }
    }

    // Settings were made of the template at the start, and so are packages.
    private IEnumerable<string> ChangedTemplates(List<string> problems)
    {
        try
        {
            var before = templates.Files.ToDictionary(file => file.Name, file => file.Content);
            var now = templates.Again().Files.ToDictionary(file => file.Name, file => file.Content);
            return before.Keys.Union(now.Keys)
                .Where(name => !before.TryGetValue(name, out var old) || !now.TryGetValue(name, out var next) || !old.AsSpan().SequenceEqual(next))
                .Order(StringComparer.Ordinal)
                .Select(name => Path.Join(templates.Path, name));
        }
        catch (HeronException fault)
        {
            problems.Add(fault.Message);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "SIGHUP: read again: {What}; templates, settings and other options need a restart")]
        public static partial void Reloaded(ILogger logger, string what);

        [LoggerMessage(Level = LogLevel.Error, Message = "SIGHUP: not used, what was read before holds: {Problem}")]
        public static partial void Kept(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "SIGHUP: these say something else than at the start, and count after a restart only: {What}")]
        public static partial void Later(ILogger logger, string what);
    }
}
