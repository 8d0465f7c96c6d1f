// SPDX-License-Identifier: Apache-2.0
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>The users file, read again when it was changed. A change that cannot be read is logged, and what was read before holds.</summary>
internal sealed partial class PolicySource
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ReloadedFiles<AccessPolicy> _file;
    private readonly ILogger<PolicySource> _logger;

    /// <summary>Reads the file for the first time; its warnings are told by the checks of the start.</summary>
    /// <exception cref="HeronException">It cannot be used.</exception>
    public PolicySource(string path, TimeProvider time, ILogger<PolicySource> logger)
    {
        _logger = logger;
        _file = new ReloadedFiles<AccessPolicy>([path], () => Read(path), Interval, time, mistakes =>
        {
            if (mistakes is null)
            {
                Log.Reloaded(logger, path);
                Warn();
            }
            else
            {
                Log.Kept(logger, path, mistakes);
            }
        });
    }

    /// <summary>What holds now. The file is looked at once a second at most.</summary>
    public AccessPolicy Current => _file.Current;

    /// <summary>Reads the file now, changed or not.</summary>
    /// <returns>Why it cannot be used, in which case what was read before holds; null when it is.</returns>
    public string? Reload()
    {
        var problem = _file.Reload();
        if (problem is null)
        {
            Warn();
        }

        return problem;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: it cannot be read, or says what means nothing.</exception>
    public static AccessPolicy Read(string path)
    {
        try
        {
            return UsersFile.Read(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"--users: {path} cannot be read: {e.Message}", e);
        }
    }

    private void Warn()
    {
        foreach (var warning in _file.Current.Warnings)
        {
            Log.Warning(_logger, warning);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "users and rights were read again from {Path}")]
        public static partial void Reloaded(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);

        [LoggerMessage(Level = LogLevel.Error, Message = "the changed {Path} is not used, what was read before holds: {Mistakes}")]
        public static partial void Kept(ILogger logger, string path, string mistakes);
    }
}
