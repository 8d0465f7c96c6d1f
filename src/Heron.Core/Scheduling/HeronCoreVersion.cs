namespace Heron.Core.Scheduling;

/// <summary>
/// The release of heron-core that a cluster's containers run. What differs between releases (executor flags, port
/// labels, downloader arguments, state paths, class names) is decided by <see cref="HeronCoreGeneration"/>.
/// </summary>
/// <param name="Text">As in <c>heron.build.version</c>, for example <c>0.20.5-incubating</c>.</param>
public sealed record HeronCoreVersion(string Text)
{
    /// <summary>Assumed when nothing says otherwise.</summary>
    public static HeronCoreVersion Newest { get; } = new("0.20.5-incubating");
}
