// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Logging;
using Heron.Testing;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace Heron.ApiServer.Tests.Logging;

public sealed class LogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-log-").FullName;

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public void While_no_next_file_can_be_begun_lines_go_to_stderr_and_soon_to_a_file_again()
    {
        var folder = Path.Join(_folder, "logs");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var otherwise = new StringWriter();
        using (var log = new LogFile(Path.Join(folder, "server.log"), new MessageTemplateTextFormatter("{Message:l}{NewLine}"), 1000, 10, otherwise, time))
        {
            var lines = 0;
            Write(log, 30, ref lines);

            // No folder may be where a file is, whoever asks.
            Directory.Move(folder, folder + "-away");
            File.WriteAllText(folder, "");
            Write(log, 30, ref lines);
            Assert.Contains("the log file cannot be written, and goes on here until it can", otherwise.ToString(), StringComparison.Ordinal);
            Assert.Contains("line 59 ", otherwise.ToString(), StringComparison.Ordinal);

            File.Delete(folder);
            Directory.Move(folder + "-away", folder);
            time.Advance(LogFile.RetryEvery);
            Write(log, 30, ref lines);
        }

        var all = string.Concat(Directory.EnumerateFiles(folder).Select(File.ReadAllText)) + otherwise;
        for (var i = 0; i < 90; i++)
        {
            Assert.Equal(2, all.Split($"line {i} ").Length);
        }

        Assert.DoesNotContain("line 60 ", otherwise.ToString(), StringComparison.Ordinal);
        Assert.InRange(Directory.GetFiles(folder).Length, 3, 10);
    }

    private static void Write(LogFile log, int count, ref int lines)
    {
        for (var i = 0; i < count; i++)
        {
            log.Emit(new LogEvent(
                DateTimeOffset.UtcNow, LogEventLevel.Information, null, new MessageTemplateParser().Parse($"line {lines++} {new string('x', 100)}"), []));
        }
    }
}
