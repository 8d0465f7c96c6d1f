// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core.Configuration;
using Heron.Core.Packing;
using Heron.Core.Java;

namespace Heron.Core.Tests.Packing;

public sealed class JavaHashTests : IDisposable
{
    private readonly JsonDocument _recorded = ReferencePacking.Read("java-hash.json");

    public void Dispose() => _recorded.Dispose();

    [Fact]
    public void Texts_hash_as_in_Java() => All("string_hash_codes", 12, e =>
        Assert.Equal(e.GetProperty("hash").GetInt32(), JavaHashCode.Of(e.GetProperty("value").GetString()!)));

    [Fact]
    public void Doubles_hash_as_in_Java() => All("double_hash_codes", 8, e =>
        Assert.Equal(e.GetProperty("hash").GetInt32(), JavaHashCode.Of(e.GetProperty("value").GetDouble())));

    [Fact]
    public void Byte_amounts_hash_round_and_read_as_in_Java() => All("byte_amount", 14, e =>
    {
        var amount = new ByteAmount(e.GetProperty("bytes").GetInt64());
        Assert.Equal(e.GetProperty("hash").GetInt32(), PlanHash.Of(amount));
        Assert.Equal(e.GetProperty("text").GetString(), amount.ToString());
        Assert.Equal(e.GetProperty("as_kilobytes").GetInt64(), amount.Kilobytes);
        Assert.Equal(e.GetProperty("as_megabytes").GetInt64(), amount.Megabytes);
        Assert.Equal(e.GetProperty("as_gigabytes").GetInt64(), amount.Gigabytes);
    });

    [Fact]
    public void Resources_hash_and_read_as_in_Java() => All("resource", 4, e =>
    {
        var resource = new Resource(
            e.GetProperty("cpu").GetDouble(),
            new ByteAmount(e.GetProperty("ram").GetInt64()),
            new ByteAmount(e.GetProperty("disk").GetInt64()));
        Assert.Equal(e.GetProperty("hash").GetInt32(), PlanHash.Of(resource));
        Assert.Equal(e.GetProperty("text").GetString(), resource.ToString());
    });

    [Fact]
    public void Containers_and_instances_of_plans_hash_and_read_as_in_Java() => All("plans", 7, e =>
    {
        var packing = ReferencePacking.Algorithm(e.GetProperty("packing_class").GetString()!);
        var plan = packing.Pack(ReferencePacking.Topology(e), HeronConfig.Empty);
        Assert.Equal(e.GetProperty("plan_text").GetString(), plan.ToString());
        Assert.Equal(
            e.GetProperty("containers_in_iteration_order").EnumerateArray().Select(c =>
                $"{c.GetProperty("id")} {c.GetProperty("hash")} {c.GetProperty("instances_set_hash")} {c.GetProperty("required_hash")}: "
                + string.Join(' ', c.GetProperty("instances_in_iteration_order").EnumerateArray()
                    .Select(i => $"{i.GetProperty("task_id")}={i.GetProperty("hash")}"))),
            plan.Containers.Select(c =>
                $"{c.Id} {PlanHash.Of(c)} {c.Instances.Aggregate(0, (sum, i) => unchecked(sum + PlanHash.Of(i)))} "
                + $"{PlanHash.Of(c.Required)}: "
                + string.Join(' ', c.Instances.Select(i => $"{i.TaskId}={PlanHash.Of(i)}"))));
    });

    [Fact]
    public void Maps_are_walked_as_in_Java() => All("hash_map_orders", 6, e =>
        Assert.Equal(
            e.GetProperty("iteration").EnumerateArray().Select(t => t.GetString()!),
            JavaHashOrder.Of(e.GetProperty("inserted").EnumerateArray().Select(t => t.GetString()!), JavaHashKeys.Text)));

    private void All(string property, int count, Action<JsonElement> check)
    {
        var entries = _recorded.RootElement.GetProperty(property);
        Assert.Equal(count, entries.GetArrayLength());
        Assert.All(entries.EnumerateArray(), check);
    }
}
