// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Daemons.Calls;
using Heron.Daemons.Shell;
using Heron.Daemons.Tests.Support;

namespace Heron.Daemons.Tests;

public sealed class HeronShellClientTests : IDisposable
{
    private const string Log = "log-files/container_1_count_3.log.0";

    private static readonly IReadOnlyList<Exchange> Exchanges = JsonSerializer.Deserialize<List<Exchange>>(
        File.ReadAllText(Fixtures.File("live", "shell.json")), new JsonSerializerOptions(JsonSerializerDefaults.Web))!;

    private readonly DaemonTransport _transport = new(TimeProvider.System);
    private readonly HeronShellClient _client;

    public HeronShellClientTests() => _client = new HeronShellClient(_transport, TimeProvider.System);

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task The_process_id_of_an_instance_is_what_it_wrote_down()
    {
        await using var shell = Recorded();

        var output = await _client.PidAsync(World.At(shell.Port), "container_1_count_3", CancellationToken.None);

        Assert.Equal(new ShellOutput("cat container_1_count_3.pid", "18273", ""), output);
    }

    [Fact]
    public async Task A_process_that_never_was_is_not_found()
    {
        await using var shell = Recorded();

        var fault = await Assert.ThrowsAsync<HeronException>(
            () => _client.PidAsync(World.At(shell.Port), "container_9_nosuch_9", CancellationToken.None));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
    }

    [Theory]
    [InlineData(JvmTool.Jstack, "jstack 18273", "Full thread dump OpenJDK")]
    [InlineData(JvmTool.Histo, "jmap -histo 18273", "#instances")]
    [InlineData(JvmTool.Jmap, null, "")]
    public async Task Tools_run_on_the_instances_process(JvmTool tool, string? command, string part)
    {
        await using var shell = Recorded();

        var output = await _client.RunAsync(World.At(shell.Port), tool, "container_1_count_3", CancellationToken.None);

        Assert.Equal(command ?? output.Command, output.Command);
        Assert.Contains("18273", output.Command, StringComparison.Ordinal);
        Assert.Contains(part, output.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_id_that_is_none_is_never_passed_on()
    {
        await using var shell = new ScriptedDaemon(
            _ => ScriptedDaemon.Text(200, """{"command": "x", "stdout": "1/../../killexecutor", "stderr": ""}"""));

        await Assert.ThrowsAsync<DaemonException>(
            () => _client.RunAsync(World.At(shell.Port), JvmTool.Jstack, "x", CancellationToken.None));

        Assert.Equal(["/pid/x"], shell.Requests.Select(r => r.Target));
    }

    [Fact]
    public async Task A_folder_lists_its_entries()
    {
        await using var shell = Recorded();

        var files = await _client.ListAsync(World.At(shell.Port), "log-files", CancellationToken.None);

        Assert.True(files[".."].IsFolder);
        var log = files["container_1_count_3.log.0"];
        Assert.False(log.IsFolder);
        Assert.Equal("log-files%2Fcontainer_1_count_3.log.0", log.Path);
        Assert.StartsWith("-rw-r--r--", log.Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("heron-executor-1.pid")]
    public async Task What_is_no_folder_is_not_found(string path)
    {
        await using var shell = Recorded();

        Assert.Equal(
            FaultKind.NotFound,
            (await Assert.ThrowsAsync<HeronException>(() => _client.ListAsync(World.At(shell.Port), path, CancellationToken.None))).Kind);
    }

    [Theory]
    [InlineData(0, 1000, 1000)]
    [InlineData(500, 300, 300)]
    public async Task A_slice_has_offset_length_and_text(long offset, long length, int read)
    {
        await using var shell = Recorded();

        var slice = await _client.ReadAsync(World.At(shell.Port), Log, offset, length, CancellationToken.None);

        Assert.Equal((offset, read, read), (slice.Offset, slice.Length, Encoding.UTF8.GetByteCount(slice.Data!)));
    }

    [Fact]
    public async Task What_the_shell_writes_as_HTML_is_as_it_is_in_the_file()
    {
        var line = Encoding.UTF8.GetBytes("sessionPasswd=<null> & \"größe\" &lt; 😀\n");
        await using var shell = Slices(line);

        Assert.Equal(
            new FileSlice(0, line.Length, Encoding.UTF8.GetString(line)),
            await _client.ReadAsync(World.At(shell.Port), Log, 0, line.Length, CancellationToken.None));
        Assert.Equal(line, await DownloadAsync(shell, Log));
    }

    [Fact]
    public async Task A_log_of_several_slices_with_markup_and_letters_beyond_ASCII_comes_whole()
    {
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i} <é> & ü 😀\n")));
        Assert.True(file.Length > HeronShellClient.MaxSlice);
        await using var shell = Slices(file);

        var received = await DownloadAsync(shell, Log);

        Assert.True(file.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task A_slice_past_the_end_is_empty_and_the_size_can_be_asked()
    {
        await using var shell = Recorded();

        Assert.Equal(
            new FileSlice(999_999_999, 0, null),
            await _client.ReadAsync(World.At(shell.Port), Log, 999_999_999, 1000, CancellationToken.None));
        Assert.Equal(
            new FileSlice(15765, 0, null), await _client.ReadAsync(World.At(shell.Port), Log, -1, 0, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        await using var shell = Recorded();

        var fault = await Assert.ThrowsAsync<HeronException>(
            () => _client.ReadAsync(World.At(shell.Port), "log-files/nosuch.log", 0, 10, CancellationToken.None));

        Assert.Equal(FaultKind.NotFound, fault.Kind);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\r\nb")]
    public async Task A_path_that_leads_out_is_refused_before_anybody_is_asked(string path)
    {
        await using var shell = Recorded();

        foreach (var ask in (Func<Task>[])
        [
            () => _client.ListAsync(World.At(shell.Port), path, CancellationToken.None),
            () => _client.ReadAsync(World.At(shell.Port), path, 0, 1, CancellationToken.None),
            () => _client.DownloadAsync(World.At(shell.Port), path, () => Stream.Null, CancellationToken.None),
        ])
        {
            var fault = await Assert.ThrowsAsync<HeronException>(ask);
            Assert.Equal((FaultKind.BadRequest, "Only relative paths are allowed"), (fault.Kind, fault.Message));
        }

        Assert.Empty(shell.Requests);
    }

    [Fact]
    public async Task A_download_is_passed_on_where_the_shell_can_do_it()
    {
        await using var shell = new ScriptedDaemon(_ => ScriptedDaemon.Text(200, "all of it"));

        Assert.Equal("all of it"u8.ToArray(), await DownloadAsync(shell, "a b"));
        Assert.Equal(["/download/a%20b"], shell.Requests.Select(r => r.Target));
    }

    [Fact]
    public async Task A_download_is_made_of_slices_where_the_shell_fails()
    {
        // More than one slice, and a character of three bytes across each border.
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("ab\u20ac\n", 500_000)));
        await using var shell = Slices(file);

        Assert.Equal(file, await DownloadAsync(shell, "log"));
        Assert.True(shell.Requests.Count > 4);
    }

    [Fact]
    public async Task Slices_of_what_is_no_text_are_refused_instead_of_damaged()
    {
        await using var shell = Slices([0x50, 0x4b, 0xff, 0xfe, 0x01]);

        var fault = await Assert.ThrowsAsync<DaemonException>(() => DownloadAsync(shell, "x.jar"));

        Assert.Contains("can hand out text only", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_of_nothing_is_not_found()
    {
        await using var shell = Recorded();

        Assert.Equal(
            FaultKind.NotFound,
            (await Assert.ThrowsAsync<HeronException>(() => DownloadAsync(shell, "nosuch"))).Kind);
    }

    [Fact]
    public async Task A_tool_that_takes_long_blocks_only_its_own_shell_and_who_asks_that_one_is_told()
    {
        var done = new TaskCompletionSource();
        await using var busy = Recorded(r => r.StartsWith("/jstack/", StringComparison.Ordinal) ? done.Task : Task.CompletedTask);
        await using var other = Recorded();

        var stack = _client.RunAsync(World.At(busy.Port), JvmTool.Jstack, "container_1_count_3", CancellationToken.None);
        await Poll.UntilAsync(() => busy.Requests.Count == 2, "jstack");

        var fault = await Assert.ThrowsAsync<DaemonException>(
            () => _client.ReadAsync(World.At(busy.Port), Log, -1, 0, CancellationToken.None));
        await _client.ReadAsync(World.At(other.Port), Log, -1, 0, CancellationToken.None);

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Matches(@"^The daemon has been busy with jstack for \d+ s and does one thing at a time", fault.Message);
        Assert.Equal(2, busy.Requests.Count);
        done.SetResult();
        Assert.NotEmpty((await stack).Stdout);
        await _client.ReadAsync(World.At(busy.Port), Log, -1, 0, CancellationToken.None);
    }

    [Fact]
    public async Task Who_asks_while_a_short_tool_runs_waits_for_its_end()
    {
        var done = new TaskCompletionSource();
        await using var shell = Recorded(r => r.StartsWith("/jstack/", StringComparison.Ordinal) ? done.Task : Task.CompletedTask);

        var stack = _client.RunAsync(World.At(shell.Port), JvmTool.Jstack, "container_1_count_3", CancellationToken.None);
        await Poll.UntilAsync(() => shell.Requests.Count == 2, "jstack");
        var size = _client.ReadAsync(World.At(shell.Port), Log, -1, 0, CancellationToken.None);
        done.SetResult();

        Assert.Equal(15765, (await size).Offset);
        await stack;
    }

    [Theory]
    [InlineData("<html>secret</html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"stdout": "secret"}""")]
    [InlineData("""{"command": null, "stdout": "secret", "stderr": ""}""")]
    public async Task What_is_not_of_the_protocol_is_the_shells_fault_and_not_quoted(string body)
    {
        await using var shell = new ScriptedDaemon(_ => ScriptedDaemon.Text(200, body));

        var fault = await Assert.ThrowsAsync<DaemonException>(
            () => _client.PidAsync(World.At(shell.Port), "x", CancellationToken.None));

        Assert.Equal(
            (FaultKind.BadGateway, "The daemon answered with something that is not of its protocol"), (fault.Kind, fault.Message));
    }

    private static ScriptedDaemon Recorded(Func<string, Task>? pause = null) => new(request =>
        Exchanges.FirstOrDefault(e => e.Shell == "WordCount-container-1" && e.Target == request.Target) is { } exchange
            ? ScriptedDaemon.Text(exchange.Status, exchange.Body) with { Pause = pause?.Invoke(request.Target) ?? Task.CompletedTask }
            : ScriptedDaemon.Text(404, "nothing of it was recorded"));

    private static ScriptedDaemon Slices(byte[] file) => new(request =>
    {
        if (!request.Target.StartsWith("/filedata/", StringComparison.Ordinal))
        {
            return ScriptedDaemon.Text(500, "");
        }

        var query = System.Web.HttpUtility.ParseQueryString(request.Target.Split('?')[1]);
        var offset = int.Parse(query["offset"]!, System.Globalization.CultureInfo.InvariantCulture);
        var length = int.Parse(query["length"]!, System.Globalization.CultureInfo.InvariantCulture);
        var slice = offset < 0
            ? new FileSlice(file.Length, 0, null)
            : Escaped(offset, Encoding.UTF8.GetString(file.AsSpan(offset, Math.Min(length, file.Length - offset))));
        return new DaemonReply(200, JsonSerializer.SerializeToUtf8Bytes(slice));
    });

    // As heron's shell does: escape(data.decode('utf8', 'replace')), and the length of that in characters.
    private static FileSlice Escaped(int offset, string text)
    {
        var data = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        return new FileSlice(offset, data.EnumerateRunes().Count(), data);
    }

    private async Task<byte[]> DownloadAsync(ScriptedDaemon shell, string path)
    {
        using var target = new MemoryStream();
        await _client.DownloadAsync(World.At(shell.Port), path, () => target, CancellationToken.None);
        return target.ToArray();
    }

    private sealed record Exchange(string Shell, string Id, string Target, int Status, string Body);
}
