using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>The users file, read again when it was changed. A change that cannot be read is logged, and what was read before holds.</summary>
internal sealed partial class PolicySource
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger<PolicySource> _logger;
    private AccessPolicy _policy;
    private (DateTime Written, long Length) _seen;
    private DateTimeOffset _looked;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="HeronException">It cannot be used.</exception>
    public PolicySource(string path, TimeProvider time, ILogger<PolicySource> logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        (_looked, _seen) = (time.GetUtcNow(), Stamp());
        _policy = Read(path);
    }

    /// <summary>What holds now. The file is looked at once a second at most.</summary>
    public AccessPolicy Current
    {
        get
        {
            lock (_lock)
            {
                var now = _time.GetUtcNow();
                if (now - _looked >= Interval)
                {
                    _looked = now;
                    Refresh();
                }

                return _policy;
            }
        }
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

    private (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private void Refresh()
    {
        var seen = Stamp();
        if (seen == _seen)
        {
            return;
        }

        _seen = seen;
        try
        {
            _policy = Read(_path);
            Log.Reloaded(_logger, _path);
        }
        catch (HeronException e)
        {
            Log.Kept(_logger, _path, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "users and rights were read again from {Path}")]
        public static partial void Reloaded(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "the changed {Path} is not used, what was read before holds: {Mistakes}")]
        public static partial void Kept(ILogger logger, string path, string mistakes);
    }
}
