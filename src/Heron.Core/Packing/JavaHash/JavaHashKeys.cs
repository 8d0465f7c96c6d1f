namespace Heron.Core.Packing.JavaHash;

/// <summary>The keys that packing uses.</summary>
public static class JavaHashKeys
{
    /// <summary><c>String</c>.</summary>
    public static JavaHashKey<string> Text { get; } = new(JavaHashCode.Of, string.Equals, string.CompareOrdinal);

    /// <summary><c>Integer</c>.</summary>
    public static JavaHashKey<int> Number { get; } = new(n => n, (a, b) => a == b, (a, b) => a.CompareTo(b));

    /// <summary>An instance without its resource.</summary>
    public static JavaHashKey<InstanceId> InstanceId { get; } = new(JavaHashCode.Of, (a, b) => a == b);

    /// <summary>An instance with its resource.</summary>
    public static JavaHashKey<InstancePlan> Instance { get; } = new(JavaHashCode.Of, (a, b) => a == b);

    /// <summary>A container. Two are equal when their instances are, in any order.</summary>
    public static JavaHashKey<ContainerPlan> Container { get; } = new(JavaHashCode.Of, SameContainer);

    private static bool SameContainer(ContainerPlan left, ContainerPlan right) =>
        left.Id == right.Id
        && left.Required == right.Required
        && left.Scheduled == right.Scheduled
        && left.Instances.Count == right.Instances.Count
        && left.Instances.ToHashSet().SetEquals(right.Instances);
}
