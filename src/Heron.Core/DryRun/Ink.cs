namespace Heron.Core.DryRun;

/// <summary>How a text looks on a terminal.</summary>
internal enum Ink
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Bold,

    /// <summary>More than before, or new.</summary>
    Green,

    /// <summary>Less than before, or removed.</summary>
    Red,

    /// <summary>Red and struck through: an instance that goes.</summary>
    RedStruck,
}
