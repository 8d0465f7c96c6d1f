// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Core.Java;
using Heron.Testing;

namespace Heron.Core.Tests.Packing;

public class JavaHashRecordedSetsTests
{
    [Fact]
    public void Crowded_sets_are_walked_as_a_real_one_after_the_same_additions_and_removals()
    {
        using var recorded = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("java-hash", "sets.json")));
        Assert.Equal(90, recorded.RootElement.GetArrayLength());
        Assert.All(recorded.RootElement.EnumerateArray(), recording =>
        {
            var stride = recording.GetProperty("stride").GetInt32();
            var key = stride == 0 ? JavaHashKeys.Text : new JavaHashKey<string>(n => unchecked(int.Parse(n) * stride), string.Equals);
            var set = new JavaHashMap<string, bool>(key);
            foreach (var step in recording.GetProperty("steps").GetString()!.Split(' '))
            {
                _ = step[0] == '+' ? set.TryAdd(step[1..], true) : set.Remove(step[1..]);
            }

            Assert.Equal(recording.GetProperty("order").GetString(), string.Join(' ', set.Keys));
        });
    }
}
