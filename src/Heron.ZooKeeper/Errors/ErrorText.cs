namespace Heron.ZooKeeper;

/// <summary>One sentence per code, for exception messages.</summary>
internal static class ErrorText
{
    public static string Of(ErrorCode code, string? path)
    {
        string reason = code switch
        {
            ErrorCode.NoNode => "the node does not exist",
            ErrorCode.NodeExists => "the node exists already",
            ErrorCode.BadVersion => "the node's version is not the expected one",
            ErrorCode.NotEmpty => "the node still has children",
            ErrorCode.NoAuth => "the session has no permission",
            ErrorCode.InvalidAcl => "the access control list is not valid (scheme 'auth' needs credentials)",
            ErrorCode.NoChildrenForEphemerals => "ephemeral nodes cannot have children",
            ErrorCode.BadArguments => "the server does not accept the arguments",
            ErrorCode.Unimplemented => "the server does not know the operation",
            ErrorCode.SessionMoved => "the session has moved to another server",
            ErrorCode.SessionExpired => "the session has expired",
            ErrorCode.AuthFailed => "the server refused the credentials",
            ErrorCode.NotReadOnly => "the server is read-only",
            ErrorCode.QuotaExceeded => "a quota would be exceeded",
            ErrorCode.Throttled => "the server limits its load",
            ErrorCode.RuntimeInconsistency => "not tried, because another operation of the multi failed",
            _ => "the server answered with an error",
        };
        return path is null ? $"{reason} ({code})" : $"{reason}: {Printable.Text(path)} ({code})";
    }
}
