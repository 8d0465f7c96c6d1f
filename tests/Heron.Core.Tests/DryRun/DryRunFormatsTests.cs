// SPDX-License-Identifier: Apache-2.0
using Heron.Core.DryRun;

namespace Heron.Core.Tests.DryRun;

public class DryRunFormatsTests
{
    [Theory]
    [InlineData("raw", DryRunFormat.Raw)]
    [InlineData("Table", DryRunFormat.Table)]
    [InlineData("Colored_Table", DryRunFormat.ColoredTable)]
    [InlineData("JSON", DryRunFormat.Json)]
    [InlineData("nomad", DryRunFormat.Nomad)]
    [InlineData(" json ", DryRunFormat.Json)]
    [InlineData("xml", DryRunFormat.Table)]
    [InlineData("", DryRunFormat.Table)]
    [InlineData(null, DryRunFormat.Table)]
    public void Format_names_count_in_any_letter_case_and_anything_else_is_the_table(string? name, DryRunFormat expected) =>
        Assert.Equal(expected, DryRunFormats.Parse(name));
}
