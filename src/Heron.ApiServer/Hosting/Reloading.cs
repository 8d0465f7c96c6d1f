using Heron.ApiServer.Access;

namespace Heron.ApiServer.Hosting;

/// <summary>Reads again, on SIGHUP, what a running server can take: all of it is also noticed by itself, a few seconds after a change.</summary>
internal sealed partial class Reloading(IServiceProvider services, ILogger<Reloading> logger)
{
    /// <summary>Reads again and tells what came of it.</summary>
    public void Now()
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

        Log.Reloaded(logger, done.Count == 0 ? "nothing" : string.Join(" and ", done));
        foreach (var problem in problems)
        {
            Log.Kept(logger, problem);
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

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "SIGHUP: read again: {What}; templates, settings and options of the command line need a restart")]
        public static partial void Reloaded(ILogger logger, string what);

        [LoggerMessage(Level = LogLevel.Error, Message = "SIGHUP: not used, what was read before holds: {Problem}")]
        public static partial void Kept(ILogger logger, string problem);
    }
}
