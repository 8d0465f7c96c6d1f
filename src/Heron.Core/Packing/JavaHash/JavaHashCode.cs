namespace Heron.Core.Packing.JavaHash;

/// <summary>
/// Hash codes as the Java server computes them. They decide the order in which it walks its hash sets, and with it
/// the order of a stored plan.
/// </summary>
public static class JavaHashCode
{
    private const int Factor = 31;

    /// <summary><c>String.hashCode</c>: over UTF-16 code units.</summary>
    public static int Of(string text)
    {
        unchecked
        {
            var hash = 0;
            foreach (var unit in text)
            {
                hash = (Factor * hash) + unit;
            }

            return hash;
        }
    }

    /// <summary><c>Long.hashCode</c>.</summary>
    public static int Of(long number) => unchecked((int)(number ^ (number >>> 32)));

    /// <summary><c>Double.hashCode</c>: every NaN counts as the same one.</summary>
    public static int Of(double number) =>
        Of(double.IsNaN(number) ? 0x7ff8000000000000L : BitConverter.DoubleToInt64Bits(number));

    /// <summary>A number of bytes hashes as the number.</summary>
    public static int Of(ByteAmount amount) => Of(amount.Bytes);

    /// <summary>CPU, then RAM, then disk.</summary>
    public static int Of(Resource resource) =>
        unchecked((Factor * ((Factor * Of(resource.Cpu)) + Of(resource.Ram))) + Of(resource.Disk));

    /// <summary>Component, task id, component index.</summary>
    public static int Of(InstanceId id) =>
        unchecked((Factor * ((Factor * Of(id.ComponentName)) + id.TaskId)) + id.ComponentIndex);

    /// <summary>An instance: its id, then its resource.</summary>
    public static int Of(InstancePlan instance) => unchecked((Factor * Of(instance.Id)) + Of(instance.Resource));

    /// <summary>A container; a set hashes as the sum over its elements, so their order has no influence.</summary>
    public static int Of(ContainerPlan container)
    {
        unchecked
        {
            var instances = 0;
            foreach (var instance in container.Instances)
            {
                instances += Of(instance);
            }

            var hash = (Factor * ((Factor * container.Id) + instances)) + Of(container.Required);
            return container.Scheduled is null ? hash : (Factor * hash) + Of(container.Scheduled);
        }
    }
}
