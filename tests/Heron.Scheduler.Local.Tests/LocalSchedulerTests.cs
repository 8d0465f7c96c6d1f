// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Topologies;
using Heron.Core.Parts;
using Heron.Testing.Parts;
using static Heron.Scheduler.Local.Tests.LocalMachine;

namespace Heron.Scheduler.Local.Tests;

public sealed class LocalSchedulerTests : IAsyncDisposable
{
    private readonly LocalMachine _machine = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task Every_container_of_the_plan_and_the_topology_managers_run_with_ports_of_their_own()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 2);
        Assert.Empty((await server.ScheduleAsync(deployment, Stop)).Warnings);
        await _machine.StartedAsync(3);
        Assert.Equal([0, 1, 2], await server.ListContainersAsync(deployment.Identity, Stop));
        Assert.Equal(["0", "1", "2"], _machine.Written("start").Select(w => w[2]).Order());
        var ports = _machine.Written("start").SelectMany(w => w[4..6]).ToList();
        Assert.Equal(6, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(int.Parse(port, CultureInfo.InvariantCulture), 1024, 65535));

        var folder = Path.Join(_machine.Root, "work", deployment.Identity.Id);
        await EventuallyAsync(() => File.Exists(Path.Join(folder, "container-2", "arguments")), "arguments of container 2");
        await EventuallyAsync(
            () => File.ReadAllLines(Path.Join(folder, "container-2", "arguments")) is [.., var last] && last.StartsWith("--checkpoint-manager-port=", StringComparison.Ordinal),
            "all arguments");
        var arguments = await File.ReadAllLinesAsync(Path.Join(folder, "container-2", "arguments"), Stop);
        Assert.Contains("--shard=2", arguments);
        Assert.Contains($"--server-port={_machine.Written("start", 2)[0][4]}", arguments);
        Assert.True(File.Exists(Path.Join(folder, "container-2.stdout")));
        Assert.Equal(1, await CountLeadersAsync(1));
    }

    [Fact]
    public async Task A_folder_is_listed_and_is_not_opened_as_a_file()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await server.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        Directory.CreateDirectory(Path.Join(_machine.Root, "work", deployment.Identity.Id, "container-1", "folder"));

        Assert.Empty(await server.Files.ListAsync(deployment.Identity, 1, "folder", Stop));
        var fault = await Assert.ThrowsAsync<HeronException>(() => server.Files.OpenAsync(deployment.Identity, 1, "folder", 0, 0, Stop));
        Assert.Equal((FaultKind.NotFound, "'folder' of container 1 is no plain file"), (fault.Kind, fault.Message));
    }

    [Fact]
    public async Task A_topology_that_asks_for_remote_debugging_gets_a_port_for_each_instance()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        deployment.Topology.TopologyConfig = new Core.Protobuf.Config
        {
            Kvs = { new Core.Protobuf.Config.Types.KeyValue { Key = TopologySettings.RemoteDebuggingKey, Value = "true" } },
        };
        await server.ScheduleAsync(deployment, Stop);
        var files = new[] { 0, 1 }.Select(i => Path.Join(_machine.Root, "work", "t-0001", $"container-{i}", "arguments")).ToList();
        await EventuallyAsync(() => files.All(File.Exists), "both containers");
        await EventuallyAsync(
            () => files.All(file => File.ReadAllText(file).Contains("--jvm-remote-debugger-ports=", StringComparison.Ordinal)),
            "all arguments");
        var ports = files.Select(file => File.ReadAllLines(file)[^1].Split('=')[1]).ToList();
        Assert.Equal(string.Empty, ports[0]);
        Assert.InRange(int.Parse(ports[1], CultureInfo.InvariantCulture), 1024, 65535);
    }

    [Fact]
    public async Task Kill_ends_every_container_with_its_whole_group_and_leaves_no_file_of_the_scheduler()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 2);
        await server.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(3);
        var all = Enumerable.Range(0, 3).SelectMany(i => new[] { _machine.PidOf(i), _machine.ChildOf(i) }).ToList();
        Assert.All(all, pid => Assert.True(IsRunning(pid)));
        Assert.Equal(3, await server.KillAsync(deployment.Identity, Stop));
        Assert.All(all, pid => Assert.False(IsRunning(pid)));
        Assert.Equal(3, _machine.Written("end").Count);
        Assert.False(Directory.Exists(_machine.StateOf(deployment.Identity)));
        Assert.Empty(await server.ListContainersAsync(deployment.Identity, Stop));
        Assert.Equal(0, await server.KillAsync(deployment.Identity, Stop));
    }

    [Fact]
    public async Task A_container_killed_right_after_it_was_asked_for_stays_dead()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 3);
        for (var round = 0; round < 5; round++)
        {
            await server.ScheduleAsync(deployment, Stop);
            Assert.Equal(4, await server.KillAsync(deployment.Identity, Stop));
            Assert.Empty(_machine.Running(deployment.Identity));
        }
    }

    [Fact]
    public async Task A_container_that_dies_is_started_again_after_what_it_left_was_ended()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await server.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        for (var death = 1; death <= 3; death++)
        {
            var (pid, child) = (_machine.PidOf(1), _machine.ChildOf(1));
            await KillAsync(pid);
            await EventuallyAsync(() => _machine.Written("start", 1).Count == death + 1, "a new start");
            Assert.False(IsRunning(child));
            Assert.True(IsRunning(_machine.PidOf(1)));
        }

        Assert.Single(_machine.Written("start", 0));
    }

    [Fact]
    public async Task Containers_outlive_the_server_and_are_taken_over_by_the_next()
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        await first.DisposeAsync();
        Assert.True(IsRunning(_machine.PidOf(0)) && IsRunning(_machine.PidOf(1)));

        var second = await _machine.StartServerAsync();
        Assert.Equal([0, 1], await second.ListContainersAsync(deployment.Identity, Stop));
        await KillAsync(_machine.PidOf(1));
        await EventuallyAsync(() => _machine.Written("start", 1).Count == 2, "a new start under the second server");
        Assert.Single(_machine.Written("start", 0));

        var (pid, child) = (_machine.PidOf(0), _machine.ChildOf(0));
        Assert.Equal(2, await second.KillAsync(deployment.Identity, Stop));
        Assert.False(IsRunning(pid) || IsRunning(child));
    }

    [Fact]
    public async Task A_container_that_died_while_no_server_ran_is_started_by_the_next()
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        await first.DisposeAsync();
        var child = _machine.ChildOf(1);
        await KillAsync(_machine.PidOf(1));

        await _machine.StartServerAsync();
        await EventuallyAsync(() => _machine.Written("start", 1).Count == 2, "a start by the second server");
        Assert.False(IsRunning(child));
        Assert.Single(_machine.Written("start", 0));
    }

    [Fact]
    public async Task A_process_that_got_the_number_of_a_container_is_never_touched()
    {
        using var stranger = Process.Start("sleep", ["300"]);
        try
        {
            var first = await _machine.StartServerAsync();
            var deployment = _machine.Deployment("t", 1);
            await first.ScheduleAsync(deployment, Stop);
            await _machine.StartedAsync(2);
            await first.DisposeAsync();
            await KillAsync(_machine.PidOf(1));
            var real = ProcessIdentity.Of(stranger.Id)!;
            var file = Path.Join(_machine.StateOf(deployment.Identity), "container-1.pid");
            foreach (var recycled in new[] { real with { StartTicks = real.StartTicks - 1 }, real with { BootId = "an earlier run of the machine" } })
            {
                await File.WriteAllTextAsync(file, recycled.ToString(), Stop);
                var next = await _machine.StartServerAsync();
                await EventuallyAsync(() => IsRunning(_machine.PidOf(1)), "a copy of its own");
                await next.DisposeAsync();
                await KillAsync(_machine.PidOf(1));
                await File.WriteAllTextAsync(file, recycled.ToString(), Stop);
            }

            var last = await _machine.StartServerAsync();
            await last.KillAsync(deployment.Identity, Stop);
            Assert.True(IsRunning(stranger.Id));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_kill_cut_off_half_way_is_finished_by_the_next_server_and_nothing_comes_back()
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 2);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(3);
        await first.DisposeAsync();
        await File.WriteAllTextAsync(Path.Join(_machine.StateOf(deployment.Identity), "killed"), string.Empty, Stop);
        await KillAsync(_machine.PidOf(2));

        var second = await _machine.StartServerAsync();
        Assert.Empty(await second.ListContainersAsync(deployment.Identity, Stop));
        Assert.Empty(_machine.Running(deployment.Identity));
        Assert.False(Directory.Exists(_machine.StateOf(deployment.Identity)));
        Assert.Equal(3, _machine.Written("start").Count);
    }

    [Theory]
    [InlineData("topology.json", "{ \"Topology\": {")]
    [InlineData("topology.json", "{}")]
    [InlineData("topology.json", null)]
    [InlineData("container-1.pid", "")]
    [InlineData("container-1", null)]
    public async Task Kill_is_complete_with_files_that_are_broken_or_lost(string file, string? text)
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        await first.DisposeAsync();
        var path = Path.Join(_machine.StateOf(deployment.Identity), file);
        File.Delete(path);
        if (text is not null)
        {
            await File.WriteAllTextAsync(path, text, Stop);
        }

        var second = await _machine.StartServerAsync();
        await second.KillAsync(deployment.Identity, Stop);
        Assert.Empty(_machine.Running(deployment.Identity));
        Assert.False(Directory.Exists(_machine.StateOf(deployment.Identity)));
    }

    [Fact]
    public async Task Kill_is_complete_when_all_files_are_lost()
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        await first.DisposeAsync();
        Directory.Delete(_machine.StateOf(deployment.Identity), recursive: true);
        var second = await _machine.StartServerAsync();
        Assert.Equal(2, await second.KillAsync(deployment.Identity, Stop));
        Assert.Empty(_machine.Running(deployment.Identity));
    }

    [Fact]
    public async Task Restart_of_one_container_ends_the_old_copy_before_the_new_begins_and_touches_no_other()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await server.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        var child = _machine.ChildOf(0);
        await server.RestartAsync(deployment.Identity, 0, Stop);
        await EventuallyAsync(() => _machine.Written("start", 0).Count == 2, "a second start");
        Assert.False(IsRunning(child));
        Assert.Equal(["start", "end", "start"], (await File.ReadAllLinesAsync(_machine.Events, Stop))
            .Select(line => line.Split(' ')).Where(w => w[2] == "0").Select(w => w[0]));
        Assert.Single(_machine.Written("start", 1));

        var fault = await Assert.ThrowsAsync<HeronException>(() => server.RestartAsync(deployment.Identity, 9, Stop));
        Assert.Equal((FaultKind.NotFound, "Container 9 does not exist for topology t"), (fault.Kind, fault.Message));
    }

    [Fact]
    public async Task Restart_of_all_never_runs_two_copies_of_a_container()
    {
        var server = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 3);
        await server.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(4);
        await server.RestartAsync(deployment.Identity, null, Stop);
        await _machine.StartedAsync(8);
        for (var container = 0; container < 4; container++)
        {
            Assert.Equal(["start", "end", "start"], (await File.ReadAllLinesAsync(_machine.Events, Stop))
                .Select(line => line.Split(' '))
                .Where(w => w[2] == container.ToString(CultureInfo.InvariantCulture)).Select(w => w[0]));
            Assert.Equal(1, await CountLeadersAsync(container));
        }
    }

    [Fact]
    public async Task A_container_that_ignores_TERM_is_ended_after_the_grace()
    {
        await using var machine = new LocalMachine(
            "#!/bin/sh\ntrap '' TERM\necho \"start $$ $HERON_CONTAINER_INDEX $$ 0 0\" >>\"EVENTS\"\nwhile :; do sleep 0.02; done\n");
        machine.Server = machine.Server.With([new(LocalSchedulerSettings.KillGraceKey, 0.3)]);
        var server = await machine.StartServerAsync();
        var deployment = machine.Deployment("t", 1);
        await server.ScheduleAsync(deployment, Stop);
        await machine.StartedAsync(2);
        await server.RestartAsync(deployment.Identity, 1, Stop);
        await EventuallyAsync(() => machine.Written("start", 1).Count == 2, "a second start");
        Assert.False(IsRunning(int.Parse(machine.Written("start", 1)[0][1], CultureInfo.InvariantCulture)));
        Assert.Equal(2, await server.KillAsync(deployment.Identity, Stop));
        Assert.Empty(machine.Running(deployment.Identity));
    }

    [Fact]
    public async Task A_process_that_left_the_group_is_ended_too()
    {
        await using var machine = new LocalMachine(
            "#!/bin/sh\nsetsid sleep 300 &\necho \"start $$ $HERON_CONTAINER_INDEX $! 0 0\" >>\"EVENTS\"\nexec sleep 300\n");
        var server = await machine.StartServerAsync();
        var deployment = machine.Deployment("t", 1);
        await server.ScheduleAsync(deployment, Stop);
        await machine.StartedAsync(2);
        await server.KillAsync(deployment.Identity, Stop);
        Assert.False(IsRunning(machine.ChildOf(0)) || IsRunning(machine.ChildOf(1)));
    }

    [Fact]
    public async Task Containers_are_added_and_removed_also_by_a_server_that_did_not_start_the_topology()
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 1);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(2);
        await first.DisposeAsync();
        var second = await _machine.StartServerAsync();
        await second.AddContainersAsync(deployment.Identity, [2, 3, 1], Stop);
        await _machine.StartedAsync(4);
        Assert.Equal([0, 1, 2, 3], await second.ListContainersAsync(deployment.Identity, Stop));
        Assert.Single(_machine.Written("start", 1));

        var (pid, child) = (_machine.PidOf(2), _machine.ChildOf(2));
        await second.RemoveContainersAsync(deployment.Identity, [2, 7], Stop);
        Assert.False(IsRunning(pid) || IsRunning(child));
        Assert.Equal([0, 1, 3], await second.ListContainersAsync(deployment.Identity, Stop));
        await second.DisposeAsync();

        var third = await _machine.StartServerAsync();
        Assert.Equal([0, 1, 3], await third.ListContainersAsync(deployment.Identity, Stop));
        Assert.Equal(4, _machine.Written("start").Count);
        var fault = await Assert.ThrowsAsync<HeronException>(
            () => third.AddContainersAsync(new TopologyIdentity("here", "ops", "dev", "other", "other-1"), [1], Stop));
        Assert.Equal(FaultKind.NotFound, fault.Kind);
    }

    [Fact]
    public async Task A_removal_cut_off_half_way_is_finished_by_the_next_server()
    {
        var first = await _machine.StartServerAsync();
        var deployment = _machine.Deployment("t", 2);
        await first.ScheduleAsync(deployment, Stop);
        await _machine.StartedAsync(3);
        await first.DisposeAsync();
        File.Delete(Path.Join(_machine.StateOf(deployment.Identity), "container-2"));
        var second = await _machine.StartServerAsync();
        Assert.Equal([0, 1], await second.ListContainersAsync(deployment.Identity, Stop));
        Assert.False(IsRunning(_machine.PidOf(2)));
    }

    [Fact]
    public async Task When_a_container_cannot_be_started_none_is_left()
    {
        var server = await _machine.StartServerAsync();
        await File.WriteAllTextAsync(Path.Join(_machine.Root, "file"), string.Empty, Stop);
        var deployment = _machine.Deployment("t", 2, Path.Join(_machine.Root, "file", "work"));
        var fault = await Assert.ThrowsAsync<HeronException>(() => server.ScheduleAsync(deployment, Stop));
        Assert.Contains("cannot be started", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await server.ListContainersAsync(deployment.Identity, Stop));
        Assert.False(Directory.Exists(_machine.StateOf(deployment.Identity)));

        await server.ScheduleAsync(_machine.Deployment("t", 2), Stop);
        await _machine.StartedAsync(3);
    }

    [Fact]
    public async Task A_topology_that_runs_and_a_folder_in_use_are_refused()
    {
        var server = await _machine.StartServerAsync();
        await server.ScheduleAsync(_machine.Deployment("t", 1), Stop);
        await _machine.StartedAsync(2);
        Assert.Equal(
            FaultKind.Conflict,
            (await Assert.ThrowsAsync<HeronException>(() => server.ScheduleAsync(_machine.Deployment("t", 1), Stop))).Kind);
        var fault = await Assert.ThrowsAsync<HeronException>(
            () => server.ScheduleAsync(_machine.Deployment("u", 1, $"{_machine.Root}/work/t-0001"), Stop));
        Assert.Contains("${TOPOLOGY_ID}", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, _machine.Running(_machine.Deployment("t", 1).Identity).Count);
    }

    [Fact]
    public async Task Topologies_do_not_touch_each_other()
    {
        var server = await _machine.StartServerAsync();
        var one = _machine.Deployment("t", 1);
        var two = _machine.Deployment("t-0001", 1);
        await server.ScheduleAsync(one, Stop);
        await server.ScheduleAsync(two, Stop);
        await _machine.StartedAsync(4);
        Assert.Equal(2, await server.KillAsync(one.Identity, Stop));
        Assert.Equal(2, _machine.Running(two.Identity).Count);
    }

    [Fact]
    public async Task The_same_topology_of_a_server_with_another_folder_is_not_touched()
    {
        await using var elsewhere = new LocalMachine();
        var (here, there) = (await _machine.StartServerAsync(), await elsewhere.StartServerAsync());
        await here.ScheduleAsync(_machine.Deployment("t", 1), Stop);
        await there.ScheduleAsync(elsewhere.Deployment("t", 1), Stop);
        await elsewhere.StartedAsync(2);
        Assert.Equal(2, await here.KillAsync(_machine.Deployment("t", 1).Identity, Stop));
        Assert.True(IsRunning(elsewhere.PidOf(0)) && IsRunning(elsewhere.PidOf(1)));
    }

    [Fact]
    public async Task A_second_server_of_the_same_cluster_and_folder_does_not_start()
    {
        await _machine.StartServerAsync();
        var fault = await Assert.ThrowsAsync<HeronException>(() => _machine.StartServerAsync(new HastyTime()));
        Assert.Contains("another server runs containers", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_is_what_would_run_and_starts_nothing()
    {
        var server = await _machine.StartServerAsync();
        var description = JsonNode.Parse(string.Concat(server.Describe(_machine.Deployment("t", 2))))!;
        Assert.Equal([0, 1, 2], description["containers"]!.AsArray().Select(n => n!.GetValue<int>()));
        Assert.StartsWith("./heron-core/bin/heron-executor ", description["executor"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(_machine.Root, "work", "t-0001")));
        Assert.Null(await server.CheckAsync(Stop));
        var location = server.LocationOf(new TopologyIdentity("here", "ops", "dev", "t", "t-0001"));
        Assert.Equal(("t", "scheduler_as_lib_no_endpoint", 0), (location.TopologyName, location.HttpEndpoint, location.JobPageLink.Count));
    }

    [Theory]
    [InlineData("/data/heron/${CLUSTER}/${ROLE}/${TOPOLOGY_ID}", "/data/heron")]
    [InlineData("/data/heron-${TOPOLOGY_ID}", "/data")]
    [InlineData("/data/heron", "/data/heron")]
    public void The_schedulers_own_files_are_at_the_fixed_beginning_of_the_working_directories(string pattern, string root) =>
        Assert.Equal(
            root + "/.heron-containers/nomad",
            LocalSchedulerSettings.Read(
                TestParts.Settings(new HeronConfig([new(LocalSchedulerSettings.WorkingDirectoryKey, pattern)])), new Findings())!.State);

    [Theory]
    [InlineData("")]
    [InlineData("relative/${ROLE}")]
    [InlineData("/${ROLE}")]
    [InlineData("${NOWHERE}/x")]
    public void A_pattern_without_a_fixed_beginning_is_refused(string pattern) =>
        Assert.Contains(
            LocalSchedulerSettings.WorkingDirectoryKey,
            Assert.Single(TestParts.Mistakes(
                LocalPart.Scheduler, new HeronConfig([new(LocalSchedulerSettings.WorkingDirectoryKey, pattern)]))));

    private async Task<int> CountLeadersAsync(int container)
    {
        await EventuallyAsync(() => _machine.Written("start", container).Count > 0, $"a start of container {container}");
        return _machine.Written("start", container)
            .Select(w => int.Parse(w[1], CultureInfo.InvariantCulture)).Distinct().Count(IsRunning);
    }

    /// <summary>A clock that runs a hundred times as fast as its timers.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() * 100;
    }
}
