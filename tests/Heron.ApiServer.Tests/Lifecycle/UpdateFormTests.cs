// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Topologies;
using Heron.Core;
using Heron.Operations.Update;
using Microsoft.Extensions.Primitives;

namespace Heron.ApiServer.Tests.Lifecycle;

public sealed class UpdateFormTests
{
    [Fact]
    public void Reads_several_parallelisms_and_comma_lists_alike()
    {
        var fields = Read(("component_parallelism", ["word:3", "count:2"]));
        var list = Read(("component_parallelism", ["word:3,count:2"]));

        Assert.Equal(new Dictionary<string, int> { ["word"] = 3, ["count"] = 2 }, fields.Parallelism);
        Assert.Equal(fields.Parallelism, list.Parallelism);
        Assert.Equal("word:3,count:2", fields.ParallelismText);
    }

    [Fact]
    public void Takes_parallelism_and_container_number_together()
    {
        var request = Read(("component_parallelism", ["word:3"]), ("container_number", ["4", "7"]));

        Assert.Equal(3, request.Parallelism["word"]);
        Assert.Equal(4, request.Containers);
    }

    [Fact]
    public void Presence_not_value_makes_a_dry_run_and_other_fields_are_settings()
    {
        var request = Read(
            ("container_number", ["4"]), ("dry_run", ["False"]), ("dry_run_format", ["raw"]), ("heron.x", ["1"]));

        Assert.True(request.IsDryRun);
        Assert.Equal("raw", request.DryRunFormat);
        Assert.Equal(new Dictionary<string, string> { ["heron.x"] = "1" }, request.Overrides);
    }

    [Theory]
    [InlineData("key:value", null, "key", "value")]
    [InlineData("word:key.a-b:value", "word", "key.a-b", "value")]
    [InlineData("word:key:a b&c=d%+é", "word", "key", "a b&c=d%+é")]
    public void Reads_runtime_settings(string text, string? component, string key, string value)
    {
        var setting = Assert.Single(Read(("runtime_config", [text])).RuntimeSettings);

        Assert.Equal(component, setting.Component);
        Assert.Equal(key, setting.Key);
        Assert.Equal(value, setting.Value);
    }

    [Fact]
    public void Reads_several_runtime_settings()
    {
        var request = Read(("runtime_config", ["a:1", "word:b:2,c:3"]));

        Assert.Equal(["a:1", "word:b:2", "c:3"], request.RuntimeSettings.Select(s => s.ToString()));
    }

    [Theory]
    [InlineData("runtime_config", "key")]
    [InlineData("runtime_config", "key:")]
    [InlineData("runtime_config", "a:b:c:d")]
    [InlineData("runtime_config", "a:b\r\nX: y")]
    [InlineData("runtime_config", "a b:c")]
    public void Refuses_malformed_runtime_settings(string field, string text)
    {
        var refused = Assert.Throws<HeronException>(() => Read((field, [text])));

        Assert.Equal(FaultKind.Invalid, refused.Kind);
        Assert.StartsWith("Invalid user config found. Expected: [component_name:]<config>:<value>", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing component_parallelism or runtime_config param", "other", "x")]
    [InlineData("Missing arguments. Not taking action.", "component_parallelism", "")]
    [InlineData("Missing arguments. Not taking action.", "runtime_config", "")]
    [InlineData(
        "Invalid parallelism parameter found. Expected: <component>:<parallelism>[,<component>:<parallelism>], Found: word",
        "component_parallelism",
        "word")]
    [InlineData(
        "Invalid parallelism parameter found. Expected: <component>:<parallelism>[,<component>:<parallelism>], Found: word:two",
        "component_parallelism",
        "word:two")]
    [InlineData(
        "Invalid parallelism parameter found. Expected: <component>:<parallelism>[,<component>:<parallelism>], Found: word:1:2",
        "component_parallelism",
        "word:1:2")]
    [InlineData(
        "Invalid container_number parameter found. Expected: a whole number, Found: abc", "container_number", "abc")]
    public void Says_what_is_wrong(string message, string field, string text)
    {
        var refused = Assert.Throws<HeronException>(() => Read((field, [text])));

        Assert.Equal(FaultKind.Invalid, refused.Kind);
        Assert.Equal(message, refused.Message);
    }

    [Theory]
    [InlineData("component_parallelism", "word:2")]
    [InlineData("container_number", "3")]
    public void Refuses_settings_together_with_a_new_plan(string field, string text)
    {
        var refused = Assert.Throws<HeronException>(() => Read((field, [text]), ("runtime_config", ["a:b"])));

        Assert.Equal(
            "parallelism or container number and runtime config can not be updated at the same time.", refused.Message);
    }

    private static UpdateRequest Read(params (string Key, string[] Values)[] fields) =>
        UpdateForm.Read(fields.Select(f => KeyValuePair.Create(f.Key, new StringValues(f.Values))));
}
