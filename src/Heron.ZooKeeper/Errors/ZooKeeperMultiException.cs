namespace Heron.ZooKeeper;

/// <summary>A multi was refused as a whole because one of its operations failed; none of them had an effect.</summary>
public sealed class ZooKeeperMultiException : ZooKeeperException
{
    internal ZooKeeperMultiException(int failedIndex, ErrorCode code, string? path, IReadOnlyList<ErrorCode> codes)
        : base(code, path, mayHaveHappened: false, $"operation {failedIndex} of {codes.Count} failed, so none was carried out: {ErrorText.Of(code, path)}", null)
    {
        FailedIndex = failedIndex;
        Codes = codes;
    }

    /// <summary>The index of the operation that failed, counted from 0.</summary>
    public int FailedIndex { get; }

    /// <summary>
    /// One code per operation: <see cref="ErrorCode.Ok"/> for those before the failed one (undone with it), the reason at
    /// <see cref="FailedIndex"/>, <see cref="ErrorCode.RuntimeInconsistency"/> for those that were not tried.
    /// </summary>
    public IReadOnlyList<ErrorCode> Codes { get; }
}
