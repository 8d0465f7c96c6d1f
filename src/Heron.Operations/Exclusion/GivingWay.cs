namespace Heron.Operations.Exclusion;

/// <summary>Which requests may have a topology that is held; one that takes over from all may always, unless another such holds it.</summary>
internal enum GivingWay
{
    /// <summary>No other.</summary>
    ToNone,

    /// <summary>One of the same kind, which corrects what is waited for.</summary>
    ToItsKind,

    /// <summary>Any: nobody waits for the work.</summary>
    ToAll,
}
