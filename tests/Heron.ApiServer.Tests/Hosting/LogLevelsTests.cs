// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Logging;
using Microsoft.Extensions.Logging;

namespace Heron.ApiServer.Tests.Hosting;

public class LogLevelsTests
{
    [Fact]
    public void The_longest_category_that_a_name_is_or_lies_below_counts()
    {
        var levels = new LogLevels(new LogSettings
        {
            Categories = new Dictionary<string, LogLevel> { ["Heron"] = LogLevel.Error, ["Heron.ZooKeeper"] = LogLevel.Debug },
        });
        Assert.True(levels.Allow("Heron.ZooKeeper.Session", LogLevel.Debug));
        Assert.True(levels.Allow("Heron.ZooKeeper", LogLevel.Debug));
        Assert.False(levels.Allow("Heron.ZooKeeperX", LogLevel.Warning));
        Assert.False(levels.Allow("Heron.Operations.Submit", LogLevel.Warning));
        Assert.True(levels.Allow("Other", LogLevel.Information));
        Assert.False(levels.Allow("Other", LogLevel.Debug));
    }

    [Fact]
    public void What_is_changed_counts_from_then_on_and_the_framework_stays_quiet_unless_it_is_asked()
    {
        var levels = new LogLevels(new LogSettings());
        Assert.False(levels.Allow("Heron.Core", LogLevel.Debug));
        levels.Change(new LogSettings { Level = LogLevel.Trace });
        Assert.True(levels.Allow("Heron.Core", LogLevel.Trace));
        Assert.False(levels.Allow("Microsoft.AspNetCore.Hosting", LogLevel.Information));
        levels.Change(new LogSettings { Categories = new Dictionary<string, LogLevel> { ["Microsoft"] = LogLevel.Debug } });
        Assert.True(levels.Allow("Microsoft.AspNetCore.Hosting", LogLevel.Debug));
        Assert.Equal("info, Microsoft=debug", levels.ToString());
    }

    [Theory]
    [InlineData(LogLevel.Warning, LogLevel.Warning)]
    [InlineData(LogLevel.Error, LogLevel.Error)]
    [InlineData(LogLevel.None, LogLevel.None)]
    public void The_framework_says_no_more_than_all_others(LogLevel level, LogLevel framework)
    {
        var levels = new LogLevels(new LogSettings { Level = level });

        Assert.Equal(
            Enum.GetValues<LogLevel>().Where(each => each >= framework),
            Enum.GetValues<LogLevel>().Where(each => levels.Allow("Microsoft.AspNetCore.Server.Kestrel", each)));
    }
}
