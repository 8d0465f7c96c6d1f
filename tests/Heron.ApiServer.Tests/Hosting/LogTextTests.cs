using Heron.ApiServer.Logging;

namespace Heron.ApiServer.Tests.Hosting;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("plain/path-1.jar", "plain/path-1.jar")]
    [InlineData("größe 日本", "größe 日本")]
    [InlineData("a\r\nb", @"a\u000d\u000ab")]
    [InlineData("a\u2028b\u001b[31m", @"a\u2028b\u001b[31m")]
    [InlineData("\u202egnp", @"\u202egnp")]
    [InlineData(null, "-")]
    public void Escaped_text_keeps_letters_and_nothing_that_acts(string? text, string expected) =>
        Assert.Equal(expected, LogText.Escape(text));

    [Fact]
    public void A_megabyte_becomes_a_line_of_bearable_length() =>
        Assert.True(LogText.Escape(new string('x', 1_000_000)).Length < 600);
}
