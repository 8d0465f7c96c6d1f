// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Heron.ApiServer;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests;

/// <summary>The program as an operator starts and stops it.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly ServerHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Several_mistakes_are_told_together_on_stderr_and_the_exit_code_is_2()
    {
        await using var server = ServerProcess.Launch(
            ServerProcess.Product, _home.Path, ["--wrong", "--port", "x", "-D", "novalue", "--heron-core-package-path", "/nowhere"]);
        Assert.Equal(2, await server.EndAsync());
        Assert.Empty(server.Output);
        Assert.Contains(server.Errors, l => l.Contains("--cluster"));
        Assert.Contains(server.Errors, l => l.Contains("--wrong"));
        Assert.Contains(server.Errors, l => l.Contains("--port"));
        Assert.Contains(server.Errors, l => l.Contains("novalue"));
        Assert.Contains(server.Errors, l => l.Contains("/nowhere"));
        Assert.Equal(5, server.Errors.Count);
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_class_that_is_unknown_are_one_line_each()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = ServerProcess.Launch(
            ServerProcess.Product,
            _home.Path,
            ["--cluster", "local", "--bind", "127.0.0.1", "--port", $"{port}", "-D", "heron.class.scheduler=no.such.Class"]);
        Assert.Equal(2, await server.EndAsync());
        Assert.Equal(2, server.Errors.Count);
        Assert.Contains(server.Errors, l => l.Contains($"127.0.0.1:{port} is taken"));
        Assert.Contains(server.Errors, l => l.Contains("no.such.Class"));
        Assert.False(Directory.Exists(Path.Join(_home.Path, ".herondata", "repository", "topologies", ".server")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("plenty")]
    public async Task An_upload_limit_that_makes_no_sense_is_one_line_and_exit_code_2(string limit)
    {
        await using var server = ServerProcess.Launch(
            ServerProcess.Product,
            _home.Path,
            ["--cluster", "local", "--bind", "127.0.0.1", "--port", "0", "-D", $"heron.apiserver.http.upload.max.bytes={limit}"]);
        Assert.Equal(2, await server.EndAsync());
        Assert.Empty(server.Output);
        Assert.Contains("heron.apiserver.http.upload.max.bytes", Assert.Single(server.Errors));
    }

    [Fact]
    public async Task Mistakes_in_the_settings_of_different_parts_are_told_together()
    {
        await using var server = ServerProcess.Launch(
            ServerProcess.Product,
            _home.Path,
            [
                "--cluster", "nomad", "--bind", "192.0.2.1", "--port", "0",
                "-D", "heron.statemgr.zookeeper.session.timeout.ms=3O000",
                "-D", "heron.nomad.priority=-1",
                "-D", "heron.core.version=newest",
                "-D", "heron.class.uploader=org.apache.heron.uploader.s3.S3Uploader",
                "--heron-core-package-path", _home.Path,
            ]);
        Assert.Equal(2, await server.EndAsync());
        Assert.Empty(server.Output);
        Assert.Equal(6, server.Errors.Count);
        Assert.Contains(server.Errors, l => l.Contains("192.0.2.1:0: this machine has no such address"));
        Assert.Contains(server.Errors, l => l.Contains("heron.statemgr.zookeeper.session.timeout.ms"));
        Assert.Contains(server.Errors, l => l.Contains("heron.nomad.priority"));
        Assert.Contains(server.Errors, l => l.Contains("heron.core.version"));
        Assert.Contains(server.Errors, l => l.Contains("heron.uploader.s3.bucket"));
        Assert.Contains(server.Errors, l => l.Contains("files are named heron-core-RELEASE.tar.gz"));
    }

    [Theory]
    [InlineData("heron.statemgr.root.path")]
    [InlineData("heron.scheduler.local.state.directory")]
    public async Task A_folder_that_cannot_be_made_is_one_line_and_exit_code_2(string key)
    {
        await using var server = ServerProcess.Launch(
            ServerProcess.Product, _home.Path, ["--cluster", "local", "--bind", "127.0.0.1", "--port", "0", "-D", $"{key}=/proc/nothing"]);
        Assert.Equal(2, await server.EndAsync());
        var line = Assert.Single(server.Errors);
        Assert.Contains(key, line);
        Assert.Contains("/proc/nothing", line);
    }

    [Fact]
    public async Task A_server_whose_Nomad_and_ZooKeeper_are_away_starts_and_says_so()
    {
        int[] ports = Loopback.FreePorts(2);
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product,
            _home.Path,
            [
                "--cluster", "nomad",
                "-D", $"heron.nomad.scheduler.uri=http://127.0.0.1:{ports[0]}",
                "-D", $"heron.statemgr.connection.string=127.0.0.1:{ports[1]}",
            ]);

        foreach (var port in ports)
        {
            await Heron.Testing.Poll.UntilAsync(
                () => server.Output.Any(l => l.Contains($"127.0.0.1:{port}") && l.Contains("until it answers")),
                $"the log names port {port}");
        }

        Assert.Contains("heron.build.version", await server.Client.GetStringAsync("/api/v1/version"));
    }

    [Fact]
    public async Task Help_is_printed_with_exit_code_0()
    {
        await using var server = ServerProcess.Launch(ServerProcess.Product, _home.Path, ["--help"]);
        Assert.Equal(0, await server.EndAsync());
        Assert.Contains(server.Output, l => l.Contains("--heron-core-package-path"));
        Assert.Empty(server.Errors);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_lets_the_request_in_flight_finish_and_ends_with_0(string signal)
    {
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product, _home.Path, ["--cluster", "local"]);
        var body = "--a\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.jar\"\r\n\r\nBYTES\r\n--a--\r\n"u8.ToArray();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"POST /api/v1/file/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n"));
        await stream.WriteAsync(body.AsMemory(0, 70));
        var store = Path.Join(_home.Path, ".herondata", "repository", "topologies");
        await Heron.Testing.Poll.UntilAsync(
            () => Directory.EnumerateFiles(store, "upload-*", SearchOption.AllDirectories).Any(), "the upload has begun");

        server.Signal(signal);
        await Heron.Testing.Poll.UntilAsync(() => !Accepts(server.Client.BaseAddress.Port), "no new connections are taken");
        await stream.WriteAsync(body.AsMemory(70));
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());
        Assert.Equal(0, await server.EndAsync());
        Assert.Contains(server.Output, l => l.EndsWith("stopped", StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(Path.Join(store, ".server")));
    }

    [Fact]
    public async Task A_request_that_does_not_end_does_not_hold_the_server_up_for_more_than_ten_seconds()
    {
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product, _home.Path, ["--cluster", "local"]);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(
            "POST /api/v1/file/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n--a\r\n"u8.ToArray());
        (await server.Client.GetAsync("/api/v1/version")).EnsureSuccessStatusCode();
        var clock = Stopwatch.StartNew();
        server.Signal("TERM");
        Assert.Equal(0, await server.EndAsync());

        // Well below the 30 s that a host waits unless it is told otherwise; a busy machine needs some of the difference.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(25), clock.Elapsed.ToString());
    }

    [Fact]
    public async Task Signals_that_end_other_programs_do_not_end_the_server_and_users_are_read_again()
    {
        var users = Path.Join(_home.Path, "users.yaml");
        await File.WriteAllTextAsync(users, "users: {}\n");
        await using var server = await ServerProcess.StartAsync(
            ServerProcess.Product, _home.Path, ["--cluster", "local", "--users", users]);
        foreach (var (signal, words) in new[] { ("USR1", "SIGUSR1 means nothing"), ("USR2", "SIGUSR2 means nothing"), ("HUP", "read again: users, tokens and rights") })
        {
            server.Signal(signal);
            await Heron.Testing.Poll.UntilAsync(() => server.Output.Any(l => l.Contains(words)), words);
        }

        await File.WriteAllTextAsync(users, "users: nonsense\n");
        server.Signal("HUP");
        await Heron.Testing.Poll.UntilAsync(() => server.Output.Any(l => l.Contains("what was read before holds")), "the mistake is told");
        server.Signal("TERM");
        Assert.Equal(0, await server.EndAsync());
        Assert.Contains(server.Output, l => l.Contains("listening on http://127.0.0.1:"));
        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task Log_levels_of_the_file_of_options_change_while_the_server_runs_and_the_rest_is_said_to_need_a_restart()
    {
        var options = Path.Join(_home.Path, "apiserver.yaml");
        var template = Path.Join(_home.Path, "template");
        Directory.CreateDirectory(template);
        foreach (var file in Directory.EnumerateFiles(Path.Join(Heron.Testing.Fixtures.RepositoryRoot, "conf", "local")))
        {
            File.Copy(file, Path.Join(template, Path.GetFileName(file)));
        }

        const string Start = "cluster: local\nconfig-path: template\n";
        await File.WriteAllTextAsync(options, Start);
        await using var server = await ServerProcess.StartAsync(ServerProcess.Product, _home.Path, ["--config", options]);
        Assert.Contains($"heron-apiserver {ServerVersion.Text} starts", server.Output[0]);
        Assert.DoesNotContain(server.Output, IsOfTheRequest);

        await File.WriteAllTextAsync(options, Start + "log-level: [warning, Heron.ApiServer=debug]\nrequire-login: true\nsettings: {heron.x: 1}\n");
        await File.AppendAllTextAsync(Path.Join(template, "scheduler.yaml"), "\n# changed\n");
        server.Signal("HUP");
        await Heron.Testing.Poll.UntilAsync(() => server.Output.Any(l => l.Contains("after a restart only")), "what needs a restart is said");
        Assert.Contains(server.Output, l => l.Contains("read again: log levels (warning, Heron.ApiServer=debug)"));
        Assert.Contains(server.Output, l => l.EndsWith($"--require-login, -D heron.x, {Path.Join(template, "scheduler.yaml")}", StringComparison.Ordinal));
        (await server.Client.GetAsync("/health/live")).EnsureSuccessStatusCode();
        await Heron.Testing.Poll.UntilAsync(() => server.Output.Any(IsOfTheRequest), "requests are logged in detail");

        await File.WriteAllTextAsync(options, Start + "log-level: loud\n");
        server.Signal("HUP");
        await Heron.Testing.Poll.UntilAsync(() => server.Output.Any(l => l.Contains("what was read before holds: --log-level loud")), "the mistake is told");
        server.Signal("TERM");
        Assert.Equal(0, await server.EndAsync());

        static bool IsOfTheRequest(string line) => line.Contains("/health/live", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_started_in_a_folder_that_is_gone_serves()
    {
        await using var server = await ServerProcess.StartAsync(
            "/bin/sh",
            _home.Path,
            ["-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \"$@\"", ServerProcess.Product, "--cluster", "local"]);
        Assert.Contains(server.Output, l => l.Contains("the folder that the server was started in is gone"));
        (await server.Client.GetAsync("/api/v1/topologies")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_server_that_waits_for_another_one_says_so_at_once_and_ends_at_once_when_asked_to()
    {
        await using var first = await ServerProcess.StartAsync(ServerProcess.Product, _home.Path, ["--cluster", "local"]);
        await using var second = ServerProcess.Launch(
            ServerProcess.Product, _home.Path, ["--cluster", "local", "--bind", "127.0.0.1", "--port", "0"]);
        await Heron.Testing.Poll.UntilAsync(
            () => second.Output.Any(l => l.Contains("another server runs containers from")), "the second server says what it waits for");
        second.Signal("TERM");
        Assert.Equal(0, await second.EndAsync());
        Assert.Empty(second.Errors);
        Assert.EndsWith("stopped, as asked, before the server served anything", second.Output[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(second.Output, l => l.Contains("   at "));
    }

    private static bool Accepts(int port)
    {
        using var probe = new TcpClient();
        try
        {
            probe.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
