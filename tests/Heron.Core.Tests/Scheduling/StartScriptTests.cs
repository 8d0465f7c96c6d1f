// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Core.Scheduling;
using Heron.Testing;
using static Heron.Core.Tests.Scheduling.MisbehavingFileServer;

namespace Heron.Core.Tests.Scheduling;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class StartScriptTests : IDisposable
{
    private readonly StartScriptRun _node = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Both_packages_are_fetched_and_the_executor_takes_the_process_over()
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server);
        using var process = _node.Start();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, process.ExitCode);
        Assert.Contains($"pid:{process.Id}\n", output, StringComparison.Ordinal);
        Assert.Contains("arg:--shard=1\n", output, StringComparison.Ordinal);
        Assert.Contains($"cwd:{_node.Folder}\n", output, StringComparison.Ordinal);
        Assert.Equal("{}\n", await File.ReadAllTextAsync(
            Path.Join(_node.Folder, "heron-conf", "override.yaml"), TestContext.Current.CancellationToken));
        Assert.Equal(
            [".heron-container", "heron-conf", "heron-core", "topology.defn"],
            Directory.GetFileSystemEntries(_node.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_fails_twice_cuts_and_redirects_is_asked_again()
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(
            server,
            [Behaviour.Unavailable, Behaviour.Unavailable, Behaviour.CutHalfway, Behaviour.Redirect],
            [Behaviour.CutHalfwayWithoutLength, Behaviour.CutHalfway, Behaviour.Unavailable]);
        var (status, _, errors) = await _node.RunAsync();
        Assert.True(status == 7, errors);
        Assert.Equal(5 + 4, server.Requests.Count);
        Assert.Contains("try 3 of 5 failed", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_core_package_cut_without_a_length_is_noticed_by_unpacking_it()
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server, [Behaviour.CutHalfwayWithoutLength]);
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Five_failures_end_the_container_with_a_status_for_each_cause()
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server);
        _node.Variables["HERON_CORE_PACKAGE_URI"] = server.Add("/x", [1]).Replace("/x", "/missing", StringComparison.Ordinal);
        Assert.Equal(70, (await _node.RunAsync()).Status);
        Assert.Equal(5, server.Requests.Count);

        _node.Variables["HERON_CORE_PACKAGE_URI"] = server.Add("/x", "no package"u8.ToArray());
        Assert.Equal(71, (await _node.RunAsync()).Status);

        _node.ServeFrom(server);
        _node.Variables["HERON_TOPOLOGY_PACKAGE_URI"] += "-gone";
        Assert.Equal(72, (await _node.RunAsync()).Status);

        _node.ServeFrom(server);
        _node.Variables["HERON_TOPOLOGY_PACKAGE_SHA256"] = new string('0', 64);
        var (status, output, errors) = await _node.RunAsync();
        Assert.Equal(73, status);
        Assert.DoesNotContain("arg:", output, StringComparison.Ordinal);
        Assert.Contains(StartScriptRun.Digest(_node.Topology), errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(_node.Folder, "topology.defn")));

        _node.Variables["HERON_TOPOLOGY_PACKAGE_URI"] = server.Add("/y", "no package"u8.ToArray());
        _node.Variables.Remove("HERON_TOPOLOGY_PACKAGE_SHA256");
        Assert.Equal(74, (await _node.RunAsync()).Status);
    }

    [Fact]
    public async Task What_may_be_secret_in_an_address_is_not_logged()
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server, [Behaviour.Unavailable], [Behaviour.Unavailable]);
        foreach (var name in new[] { "HERON_CORE_PACKAGE_URI", "HERON_TOPOLOGY_PACKAGE_URI" })
        {
            _node.Variables[name] =
                _node.Variables[name]!.Replace("http://", "http://joe:s3cret@", StringComparison.Ordinal) + "?signature=s3cret";
        }

        var (status, output, errors) = await _node.RunAsync();
        Assert.Equal(7, status);
        Assert.Contains("try 1 of 5 failed", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("with blanks and 'quotes' \"too\"")]
    [InlineData("$HOME `id` ; * größe")]
    public async Task A_working_folder_of_any_name_works(string name)
    {
        _node.UseFiles();
        _node.Folder = Path.Join(_node.Root, name, "container-0");
        _node.Variables["HERON_NOMAD_WORKING_DIR"] = _node.Folder;
        var (status, output, errors) = await _node.RunAsync();
        Assert.True(status == 7, errors);
        Assert.Contains($"cwd:{_node.Folder}\n", output, StringComparison.Ordinal);
        Assert.Equal(7, (await _node.RunAsync()).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/tmp")]
    [InlineData("/tmp/")]
    [InlineData("relative/folder")]
    [InlineData("/tmp/../etc")]
    [InlineData("/tmp/./x")]
    [InlineData("/tmp//x")]
    [InlineData("/home/x/${CLUSTER}/y")]
    public async Task A_folder_that_could_be_somebody_elses_is_refused(string folder)
    {
        _node.UseFiles();
        _node.Variables["HERON_NOMAD_WORKING_DIR"] = folder;
        Assert.Equal(64, (await _node.RunAsync()).Status);
    }

    [Fact]
    public async Task A_folder_with_files_of_others_is_left_alone()
    {
        _node.UseFiles();
        Directory.CreateDirectory(_node.Folder);
        var file = Path.Join(_node.Folder, ".precious");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        var (status, _, errors) = await _node.RunAsync();
        Assert.Equal(65, status);
        Assert.Contains("was not made for this container", errors, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(_node.Folder));
    }

    /// <summary>What the Java server's script and a real executor leave: see what runs in clusters.</summary>
    [Theory]
    [InlineData("topology.defn", "heron-executor-1.pid", true)]
    [InlineData("topology.defn", null, true)]
    [InlineData(null, null, true)]
    [InlineData("other.defn", "heron-executor-1.pid", false)]
    [InlineData("topology.defn", "heron-executor-2.pid", false)]
    public async Task A_folder_of_another_server_s_script_is_taken_over_if_it_holds_this_container(string? definition, string? pid, bool ours)
    {
        _node.UseFiles();
        _node.Variables["HERON_TOPOLOGY_NAME"] = "topology";
        _node.Variables["HERON_CONTAINER_INDEX"] = "1";
        Directory.CreateDirectory(Path.Join(_node.Folder, "heron-core", "bin"));
        await WriteAsync("heron-core/bin/heron-executor", "#!/bin/sh\nexit 9\n");
        await WriteAsync("left-over", "");
        foreach (var name in new[] { definition, pid }.OfType<string>())
        {
            await WriteAsync(name, "1");
        }

        var (status, _, errors) = await _node.RunAsync();
        Assert.True(status == (ours ? 7 : 65), errors);
        Assert.Equal(!ours, File.Exists(Path.Join(_node.Folder, "left-over")));
    }

    /// <summary>The same script when heron-core could not be fetched, or was to be linked from a folder that is not there.</summary>
    [Theory]
    [InlineData("heron-core.tar.gz", true)]
    [InlineData("topology.tar.gz", true)]
    [InlineData("notes.txt", false)]
    public async Task A_folder_in_which_another_server_s_script_got_no_further_than_its_downloads_is_taken_over(string file, bool ours)
    {
        _node.UseFiles();
        _node.Variables["HERON_TOPOLOGY_NAME"] = "topology";
        _node.Variables["HERON_CONTAINER_INDEX"] = "1";
        Directory.CreateDirectory(_node.Folder);
        File.CreateSymbolicLink(Path.Join(_node.Folder, "heron-core"), "heron-core");
        await WriteAsync(file, "<html>404</html>");
        var (status, _, errors) = await _node.RunAsync();
        Assert.True(status == (ours ? 7 : 65), errors);
        Assert.Equal(!ours, File.Exists(Path.Join(_node.Folder, file)));
    }

    [Fact]
    public async Task A_folder_that_is_taken_over_waits_for_the_executor_that_still_runs_in_it()
    {
        _node.UseFiles();
        _node.Variables["HERON_TOPOLOGY_NAME"] = "topology";
        _node.Variables["HERON_CONTAINER_INDEX"] = "1";
        Directory.CreateDirectory(Path.Join(_node.Folder, "heron-core", "bin"));
        await WriteAsync("heron-core/bin/heron-executor", "");
        using var running = Process.Start(new ProcessStartInfo("/bin/sleep", "600") { WorkingDirectory = _node.Folder })!;
        try
        {
            await WriteAsync("heron-executor-1.pid", $"{running.Id}");
            var (status, _, errors) = await _node.RunAsync();
            Assert.Equal(66, status);
            Assert.Contains($"process {running.Id} of an earlier run is still alive", errors, StringComparison.Ordinal);
        }
        finally
        {
            running.Kill();
            await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(7, (await _node.RunAsync()).Status);
    }

    [Fact]
    public async Task Logs_of_the_last_runs_are_kept_and_their_number_and_size_have_bounds()
    {
        _node.UseFiles();
        _node.Variables["HERON_KEEP_RUNS"] = "2";
        _node.Variables["HERON_KEEP_RUN_KB"] = "1";
        for (var run = 1; run <= 4; run++)
        {
            Assert.Equal(7, (await _node.RunAsync()).Status);
            Directory.CreateDirectory(Path.Join(_node.Folder, "log-files"));
            await WriteAsync("log-files/word.log.0", $"run {run}\n");
            await WriteAsync("heron-executor-1.stdout", new string('x', 5000) + $"end of run {run}\n");
        }

        Assert.Equal(7, (await _node.RunAsync()).Status);
        var kept = Path.Join(_node.Folder, "previous-runs");
        Assert.Equal(["1", "2"], Directory.GetDirectories(kept).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.EndsWith("end of run 4\n", await File.ReadAllTextAsync(Path.Join(kept, "1", "heron-executor-1.stdout"), Stop), StringComparison.Ordinal);
        Assert.EndsWith("end of run 3\n", await File.ReadAllTextAsync(Path.Join(kept, "2", "heron-executor-1.stdout"), Stop), StringComparison.Ordinal);
        Assert.InRange(new DirectoryInfo(Path.Join(kept, "1")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length), 1, 1024);
        Assert.False(Directory.Exists(Path.Join(_node.Folder, "log-files")));

        _node.Variables["HERON_KEEP_RUNS"] = "0";
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.False(Directory.Exists(kept));
    }

    [Fact]
    public async Task Kept_logs_stay_in_the_folder_although_a_package_puts_a_link_in_their_place()
    {
        _node.UseFiles();
        Assert.Equal(7, (await _node.RunAsync()).Status);
        var outside = Directory.CreateDirectory(Path.Join(_node.Root, "outside", "3")).FullName;
        Directory.CreateSymbolicLink(Path.Join(_node.Folder, "previous-runs"), Path.Join(_node.Root, "outside"));
        await WriteAsync("heron-executor-1.stdout", "log");
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.True(Directory.Exists(outside));
        Assert.Equal("log", await File.ReadAllTextAsync(Path.Join(_node.Folder, "previous-runs", "1", "heron-executor-1.stdout"), Stop));
    }

    [Fact]
    public async Task After_the_end_only_logs_are_left_and_they_go_when_their_time_is_over()
    {
        _node.UseFiles();
        _node.Variables["HERON_CONTAINERS_ROOT"] = Path.Join(_node.Root, "work");
        Assert.Equal(7, (await _node.RunAsync()).Status);
        await WriteAsync("heron-executor-1.stdout", "log");
        Assert.Equal(0, (await _node.RunAsync("clean")).Status);
        Assert.Equal(
            [".heron-container", "previous-runs"],
            Directory.GetFileSystemEntries(_node.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Join(_node.Folder, "previous-runs", "1", "heron-executor-1.stdout")));

        // Another container's script finds it: too early, and then in time.
        var ended = _node.Folder;
        _node.Folder = Path.Join(_node.Root, "work", "container-2");
        _node.Variables["HERON_NOMAD_WORKING_DIR"] = _node.Folder;
        var foreign = Directory.CreateDirectory(Path.Join(_node.Root, "work", "foreign")).FullName;
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.True(Directory.Exists(ended));
        _node.Variables["HERON_KEEP_ENDED_SECS"] = "60";
        await File.WriteAllTextAsync(Path.Join(ended, ".heron-container"), $"ended {DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 61}\n", Stop);
        Assert.Equal(0, (await _node.RunAsync("sweep")).Status);
        Assert.False(Directory.Exists(ended));
        Assert.True(Directory.Exists(foreign));
        Assert.True(Directory.Exists(_node.Folder));
    }

    [Fact]
    public async Task Cleaning_up_touches_neither_a_running_container_nor_a_folder_that_is_none()
    {
        _node.UseFiles();
        Directory.CreateDirectory(_node.Folder);
        await WriteAsync("mine", "");
        Assert.Equal(0, (await _node.RunAsync("clean")).Status);
        Assert.True(File.Exists(Path.Join(_node.Folder, "mine")));

        using var node = new StartScriptRun("#!/bin/sh\nexec sleep 600\n");
        node.UseFiles();
        using var running = node.Start();
        await Poll.UntilAsync(() => File.Exists(Path.Join(node.Folder, "topology.defn")), "a running container");
        Assert.Equal(66, (await node.RunAsync("clean")).Status);
        Assert.True(File.Exists(Path.Join(node.Folder, "topology.defn")));
        running.Kill();
    }

    [Fact]
    public async Task No_time_to_keep_logs_leaves_nothing()
    {
        _node.UseFiles();
        _node.Variables["HERON_KEEP_ENDED_SECS"] = "0";
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.Equal(0, (await _node.RunAsync("clean")).Status);
        Assert.False(Directory.Exists(Path.Join(_node.Root, "work")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_home_in_the_place_of_heron_core_is_that_of_the_node(bool asPackage)
    {
        _node.UseFiles();
        _node.Variables["HOME"] = _node.Root;
        if (asPackage)
        {
            _node.Variables["HERON_CORE_PACKAGE_URI"] = "file://${HOME}/core.tar.gz";
        }
        else
        {
            var program = Path.Join(Directory.CreateDirectory(Path.Join(_node.Root, "installed", "bin")).FullName, "heron-executor");
            await File.WriteAllTextAsync(program, StartScriptRun.RecordingExecutor, Stop);
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            _node.Variables["HERON_USE_CORE_PACKAGE_URI"] = "false";
            _node.Variables["HERON_CORE_PACKAGE_DIR"] = "${HOME}/installed";
        }

        var (status, _, errors) = await _node.RunAsync();
        Assert.True(status == 7, errors);
    }

    [Fact]
    public async Task The_home_in_a_working_folder_is_that_of_the_node()
    {
        _node.UseFiles();
        _node.Variables["HOME"] = _node.Root + "/somewhere/home";
        _node.Variables["HERON_NOMAD_WORKING_DIR"] = "${HOME}/.heron/container-1";
        var (status, output, errors) = await _node.RunAsync();
        Assert.True(status == 7, errors);
        Assert.Contains($"cwd:{_node.Root}/somewhere/home/.heron/container-1\n", output, StringComparison.Ordinal);

        // Without the variable it is the account's; nothing is written there, since the rest of the path is none.
        _node.Variables["HOME"] = null;
        _node.Variables["HERON_NOMAD_WORKING_DIR"] = "${HOME}/../x";
        var home = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(account => account[0] == Environment.UserName)[5];
        (status, _, errors) = await _node.RunAsync();
        Assert.Equal(64, status);
        Assert.Contains($"'{home}/../x'", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Proxies_and_settings_of_the_downloader_count_for_other_servers_only(bool direct)
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server);
        var home = Directory.CreateDirectory(Path.Join(_node.Root, "home")).FullName;
        await File.WriteAllTextAsync(Path.Join(home, ".curlrc"), "user-agent = from-curlrc\n", Stop);
        _node.Variables["HOME"] = home;
        _node.Variables["http_proxy"] = "http://127.0.0.1:1";
        _node.Variables["no_proxy"] = null;
        var address = new Uri(_node.Variables["HERON_CORE_PACKAGE_URI"]!);
        _node.Variables["HERON_DIRECT_URL"] = direct ? $"http://{address.Authority}/" : "http://elsewhere.example/";
        var (status, _, errors) = await _node.RunAsync();
        Assert.True(status == (direct ? 7 : 70), errors);

        // What is elsewhere goes by no_proxy, and by the settings of the node.
        _node.Variables["no_proxy"] = "127.0.0.1";
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.Equal(!direct, server.Agents.Last().Contains("from-curlrc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wget_that_knows_only_short_options_is_enough()
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server);
        var bin = Directory.CreateDirectory(Path.Join(_node.Root, "bin")).FullName;
        foreach (var tool in new[]
        {
            "sh", "cat", "sed", "cut", "mkdir", "rm", "mv", "tar", "gzip", "sha256sum", "sleep", "ln", "dirname", "readlink", "date",
            "find", "head", "tail", "wc", "id", "getent", "cp",
        })
        {
            File.CreateSymbolicLink(Path.Join(bin, tool), $"/usr/bin/{tool}");
        }

        // As BusyBox's, without long options: wget -q -T SECS -O FILE URL.
        await File.WriteAllTextAsync(
            Path.Join(bin, "wget"),
            "#!/bin/sh\n[ \"$#\" = 6 ] && [ \"$1 $2 $4\" = '-q -T -O' ] || { echo 'wget: unrecognized option' >&2; exit 1; }\n"
                + "exec /usr/bin/curl -q --noproxy '*' -fsSL -o \"$5\" \"$6\"\n",
            Stop);
        File.SetUnixFileMode(Path.Join(bin, "wget"), (UnixFileMode)0b111_101_101);
        _node.Variables["PATH"] = bin;
        var (status, _, errors) = await _node.RunAsync();
        Assert.True(status == 7, errors);
    }

    [Fact]
    public async Task Its_own_folder_is_cleared_without_following_links_out_of_it()
    {
        _node.UseFiles();
        Assert.Equal(7, (await _node.RunAsync()).Status);
        var outside = Directory.CreateDirectory(Path.Join(_node.Root, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Join(outside, "file"), "mine", TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(Path.Join(_node.Folder, "link"), outside);
        await File.WriteAllTextAsync(Path.Join(_node.Folder, ".old"), "old", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Join(_node.Folder, "-rf old"), "old", TestContext.Current.CancellationToken);
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.True(File.Exists(Path.Join(outside, "file")));
        Assert.Equal(4, Directory.GetFileSystemEntries(_node.Folder).Length);
    }

    [Fact]
    public async Task An_earlier_run_that_still_lives_is_waited_for_and_never_joined()
    {
        using var slow = new StartScriptRun("#!/bin/sh\necho up\nexec sleep 600\n");
        slow.UseFiles();
        using var first = slow.Start();
        Assert.Equal("up", await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        var (status, _, errors) = await slow.RunAsync();
        Assert.Equal(66, status);
        Assert.Contains($"process {first.Id} of an earlier run is still alive", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(slow.Folder, "topology.defn")));

        slow.Variables["HERON_OLD_CONTAINER_WAIT"] = "200";
        using var second = slow.Start();
        Assert.Contains("waiting", await second.StandardError.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        first.Kill();
        Assert.Equal("up", await second.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        second.Kill();
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_marker_with_the_number_of_another_process_holds_nobody_up()
    {
        _node.UseFiles();
        Directory.CreateDirectory(_node.Folder);
        foreach (var marker in new[] { $"{Environment.ProcessId} 1\n", "", "garbage", "99999999 5\n" })
        {
            await File.WriteAllTextAsync(Path.Join(_node.Folder, ".heron-container"), marker, TestContext.Current.CancellationToken);
            Assert.Equal(7, (await _node.RunAsync()).Status);
        }
    }

    [Theory]
    [InlineData("TERM", 43)]
    [InlineData("INT", 42)]
    public async Task Signals_reach_the_executor_and_its_status_is_returned(string signal, int status)
    {
        using var node = new StartScriptRun(
            "#!/bin/sh\ntrap 'echo bye; exit 42' INT\ntrap 'echo bye; exit 43' TERM\necho up\nwhile :; do sleep 0.05; done\n");
        node.UseFiles();
        using var process = node.Start();
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Shell.Run($"kill -{signal} {process.Id}");
        Assert.Equal("bye", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, process.ExitCode);
    }

    [Fact]
    public async Task The_Java_of_the_node_is_its_JAVA_HOME_else_the_one_on_the_PATH()
    {
        _node.UseFiles();
        _node.Variables["HERON_EXECUTOR_CMD"] = "./heron-core/bin/heron-executor \"--heron-java-home=$JAVA_HOME\"";
        var home = Path.Join(_node.Root, "my jdk");
        Directory.CreateDirectory(Path.Join(home, "bin"));
        await File.WriteAllTextAsync(Path.Join(home, "bin", "java"), "#!/bin/sh\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Join(home, "bin", "java"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Join(_node.Root, "path"));
        File.CreateSymbolicLink(Path.Join(_node.Root, "path", "java"), Path.Join(home, "bin", "java"));

        _node.Variables["JAVA_HOME"] = home;
        Assert.Contains($"arg:--heron-java-home={home}\njava:{home}\n", (await _node.RunAsync()).Output, StringComparison.Ordinal);

        _node.Variables["JAVA_HOME"] = "/nowhere";
        _node.Variables["PATH"] = Path.Join(_node.Root, "path") + ":/usr/bin:/bin";
        Assert.Contains($"arg:--heron-java-home={home}\njava:{home}\n", (await _node.RunAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_whose_agent_has_no_home_gets_that_of_its_account()
    {
        _node.UseFiles();
        _node.Variables["HERON_EXECUTOR_CMD"] = "./heron-core/bin/heron-executor \"--heron-java-home=$HOME\"/jdk";
        _node.Variables["HOME"] = null;

        var account = Shell.Run("getent passwd \"$(id -u)\" | cut -d : -f 6").TrimEnd('\n');
        Assert.Contains($"arg:--heron-java-home={account}/jdk\n", (await _node.RunAsync()).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_without_curl_and_without_java_still_starts_the_container(bool hasWget)
    {
        await using var server = new MisbehavingFileServer();
        _node.ServeFrom(server, [Behaviour.Unavailable, Behaviour.CutHalfway]);
        var path = Directory.CreateDirectory(Path.Join(_node.Root, "path")).FullName;
        string[] tools =
        [
            "sh", "sed", "cut", "cat", "cp", "mkdir", "mv", "rm", "ln", "tar", "gzip", "sleep", "dirname", "readlink", "sha256sum",
            .. hasWget ? new[] { "wget" } : [],
        ];
        foreach (var tool in tools)
        {
            var place = new[] { "/usr/bin/", "/bin/" }.Select(folder => folder + tool).FirstOrDefault(File.Exists);
            if (place is null && tool == "wget")
            {
                // A machine without it: something that takes the same words.
                place = Path.Join(_node.Root, "wget");
                await File.WriteAllTextAsync(
                    place, "#!/bin/sh\nexec /usr/bin/curl -fs -o \"$5\" \"$6\"\n", TestContext.Current.CancellationToken);
                File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            Assert.NotNull(place);
            File.CreateSymbolicLink(Path.Join(path, tool), place);
        }

        _node.Variables["PATH"] = path;
        var (status, output, errors) = await _node.RunAsync();
        Assert.True(status == (hasWget ? 7 : 70), errors);
        Assert.Equal(hasWget, output.Contains("java:\n", StringComparison.Ordinal));
        Assert.Contains("no java on this node", errors, StringComparison.Ordinal);
        if (!hasWget)
        {
            Assert.Contains("neither curl nor wget", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_status_of_the_script_is_explained()
    {
        var listed = System.Text.RegularExpressions.Regex.Matches(StartScript.Text, @"fail (\d\d)|fault=(\d\d)")
            .Select(m => int.Parse(m.Groups[1].Value + m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct();
        Assert.All(listed, status => Assert.NotNull(StartScript.Explain(status)));
        Assert.Null(StartScript.Explain(1));
    }

    [Fact]
    public async Task A_core_folder_of_the_node_is_linked()
    {
        _node.UseFiles();
        var core = Path.Join(_node.Root, "installed core");
        Directory.CreateDirectory(Path.Join(core, "bin"));
        await File.WriteAllTextAsync(
            Path.Join(core, "bin", "heron-executor"), StartScriptRun.RecordingExecutor, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(
            Path.Join(core, "bin", "heron-executor"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _node.Variables["HERON_USE_CORE_PACKAGE_URI"] = "false";
        _node.Variables["HERON_CORE_PACKAGE_DIR"] = core;
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.True(File.Exists(Path.Join(core, "bin", "heron-executor")));

        _node.Variables["HERON_CORE_PACKAGE_DIR"] = "/nowhere/heron-core";
        Assert.Equal(70, (await _node.RunAsync()).Status);
    }

    [Fact]
    public async Task An_address_that_only_Herons_downloader_knows_goes_to_it_with_a_configuration_to_read()
    {
        _node.UseFiles();
        _node.Variables["HERON_TOPOLOGY_PACKAGE_URI"] = "distributedlog://host/topology";
        _node.Variables["HERON_TOPOLOGY_DOWNLOAD_CMD"] =
            "./heron-core/bin/heron-downloader -u 'distributedlog://host/topology' -f . -m local -p ./heron-conf -d ./heron-core";
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.Equal(
            "-u distributedlog://host/topology -f . -m local -p ./heron-conf -d ./heron-core\n",
            await File.ReadAllTextAsync(Path.Join(_node.Folder, "downloader-args"), TestContext.Current.CancellationToken));
        Assert.Contains(
            "DLDownloader",
            await File.ReadAllTextAsync(Path.Join(_node.Folder, "seen.yaml"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        _node.Variables["HERON_TOPOLOGY_DOWNLOAD_CMD"] = "false";
        Assert.Equal(72, (await _node.RunAsync()).Status);
    }

    [Fact]
    public async Task The_metrics_port_is_written_only_when_file_and_port_are_known()
    {
        _node.UseFiles();
        _node.Variables["METRICS_PORT_FILE"] = "port_file";
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.False(File.Exists(Path.Join(_node.Folder, "port_file")));
        _node.Variables["NOMAD_PORT_metrics_port"] = "31234";
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.Equal("31234\n", await File.ReadAllTextAsync(
            Path.Join(_node.Folder, "port_file"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ports_are_filled_in_and_hostile_values_arrive_as_they_are()
    {
        _node.UseFiles();
        string[] hostile = ["--a=$(touch /tmp/pwned)", "--b='${HOME}'", "--c={{x}} `id`", "--d=x\ny"];
        _node.Variables["NOMAD_PORT_server"] = "4711";
        _node.Variables["HERON_EXECUTOR_CMD"] =
            $"./heron-core/bin/heron-executor \"--server-port=${{NOMAD_PORT_server}}\" {ShellQuote.Words(hostile)}";
        var output = (await _node.RunAsync()).Output;
        Assert.StartsWith(
            "arg:--server-port=4711\n" + string.Concat(hostile.Select(h => $"arg:{h}\n")), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_too_long_for_a_variable_comes_out_of_a_file_beside_the_script()
    {
        _node.UseFiles();
        var many = Enumerable.Range(0, 20_000).Select(i => $"--flag-{i}=value");
        await File.WriteAllTextAsync(
            Path.Join(_node.Root, "command"),
            $"./heron-core/bin/heron-executor {ShellQuote.Words(many)}\n",
            TestContext.Current.CancellationToken);
        _node.Variables.Remove("HERON_EXECUTOR_CMD");
        _node.Variables["HERON_EXECUTOR_CMD_FILE"] = "command";
        var (status, output, errors) = await _node.RunAsync();
        Assert.True(status == 7, errors);
        Assert.Contains("arg:--flag-19999=value\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_port_or_command_ends_the_container_before_the_executor()
    {
        _node.UseFiles();
        _node.Variables["HERON_EXECUTOR_CMD"] = "./heron-core/bin/heron-executor \"--server-port=${NOMAD_PORT_server}\"";
        var (status, output, errors) = await _node.RunAsync();
        Assert.Equal(2, status);
        Assert.Empty(output);
        Assert.Contains("NOMAD_PORT_server", errors, StringComparison.Ordinal);
        _node.Variables.Remove("HERON_EXECUTOR_CMD");
        Assert.Equal(64, (await _node.RunAsync()).Status);
    }

    [Fact]
    public async Task Two_containers_beside_each_other_do_not_touch_each_other()
    {
        _node.UseFiles();
        Assert.Equal(7, (await _node.RunAsync()).Status);
        var first = _node.Folder;
        _node.Variables["HERON_NOMAD_WORKING_DIR"] = Path.Join(_node.Root, "work", "container-2");
        Assert.Equal(7, (await _node.RunAsync()).Status);
        Assert.True(File.Exists(Path.Join(first, "topology.defn")));
    }

    [Fact]
    public void The_text_means_nothing_to_a_template_engine_and_has_no_bashisms_for_dash()
    {
        Assert.DoesNotContain("{{", StartScript.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', StartScript.Text);
        File.WriteAllText(_node.Script, StartScript.Text);
        foreach (var shell in new[] { "/bin/sh", "/bin/dash", "/bin/bash" }.Where(File.Exists))
        {
            using var check = Process.Start(shell, ["-n", _node.Script]);
            check.WaitForExit();
            Assert.Equal(0, check.ExitCode);
        }
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Join(_node.Folder, name), text, Stop);
}
