// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Scripted;

/// <summary>The scripted Nomad itself: its raw_exec mode behaves as the recorded one did.</summary>
public sealed class RawExecModeTests
{
    private static readonly ScriptedNomadOptions Running = new() { RunsTasks = true };

    [Fact]
    public async Task A_task_gets_its_template_its_ports_and_its_interpolated_environment()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running);
        nomad.Register(Job(
            "a-0",
            "echo \"$SERVER $UNKNOWN $PWD\"; exec sleep 600",
            ("SERVER", "port=${NOMAD_PORT_server}"), ("UNKNOWN", "${no.such.name}")));

        var allocation = nomad.Allocations("a-0").Single();
        await Poll.UntilAsync(() => allocation.ClientStatus == "running" && allocation.Logs.Contains('\n'), "the task's line");

        Assert.Equal(
            $"port={allocation.Ports["server"]} ${{no.such.name}} {allocation.TaskFolder}\n", allocation.Logs);
    }

    [Fact]
    public async Task A_changed_job_starts_only_after_the_old_task_has_ended()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running);
        const string Script = "trap 'sleep 0.3; exit 0' INT; echo up; while :; do sleep 0.05; done";
        nomad.Register(Job("a-0", Script));
        var first = nomad.Allocations("a-0").Single();
        await Poll.UntilAsync(() => first.Logs.Contains("up"), "the first task");

        var changed = nomad.Job("a-0")!;
        changed["Meta"] = new JsonObject { ["heron.restart"] = "1" };
        nomad.Register(changed);
        await Poll.UntilAsync(() => nomad.Allocations("a-0").Count == 2 && nomad.Allocations("a-0")[1].Logs.Contains("up"), "the second task");

        Assert.Equal("complete", first.ClientStatus);
        Assert.Equal(1, nomad.PeakCopies("a-0"));
    }

    [Fact]
    public async Task An_unchanged_job_is_left_alone()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running);
        nomad.Register(Job("a-0", "exec sleep 600"));
        nomad.Register(nomad.Job("a-0")!);

        Assert.Single(nomad.Allocations("a-0"));
    }

    [Fact]
    public async Task A_task_that_ends_is_started_again()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running with { RestartDelay = TimeSpan.FromMilliseconds(10) });
        nomad.Register(Job("a-0", "exit 3"));

        var allocation = nomad.Allocations("a-0").Single();
        await Poll.UntilAsync(() => allocation.ClientStatus == "failed", "the end of its attempts");

        Assert.Equal(3, allocation.Starts);
        Assert.Contains(allocation.Events, e => e.Message == "Exit Code: 3");
    }

    [Fact]
    public async Task A_deregistered_job_ends_with_its_whole_group()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running);
        nomad.Register(Job("a-0", "sleep 600 & echo $!; wait"));
        var allocation = nomad.Allocations("a-0").Single();
        await Poll.UntilAsync(() => allocation.Logs.Contains('\n'), "the child's number");
        var child = allocation.Logs.Trim();

        using var http = new HttpClient();
        var answer = await http.DeleteAsync($"{nomad.Uri}/v1/job/a-0?purge=true");
        await allocation.Ended;

        Assert.True(answer.IsSuccessStatusCode);
        await Poll.UntilAsync(() => !Directory.Exists($"/proc/{child}"), "the end of the child");
        Assert.Empty(nomad.JobIds);
    }

    [Fact]
    public async Task An_unknown_name_in_the_arguments_fails_the_task()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running);
        var job = Job("a-0", "true");
        job["TaskGroups"]![0]!["Tasks"]![0]!["Config"]!["args"] = new JsonArray("-c", "echo ${unknownvar}");
        nomad.Register(job);

        var allocation = nomad.Allocations("a-0").Single();
        await allocation.Ended;

        Assert.Equal("failed", allocation.ClientStatus);
        Assert.Contains(allocation.Events, e => e.Message.Contains("There is no variable named \"unknownvar\""));
    }

    [Fact]
    public async Task A_template_with_actions_fails_the_task()
    {
        await using var nomad = await ScriptedNomad.StartAsync(Running);
        nomad.Register(Job("a-0", "echo {{ nope }}"));

        var allocation = nomad.Allocations("a-0").Single();
        await allocation.Ended;

        Assert.Equal("failed", allocation.ClientStatus);
    }

    [Fact]
    public async Task What_Nomad_refuses_is_refused_with_its_words()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        using var http = new HttpClient();
        var job = Job("a-0", "true");
        job.Remove("Datacenters");

        var answer = await http.PutAsJsonAsync($"{nomad.Uri}/v1/jobs", new JsonObject { ["Job"] = job });

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal("1 error occurred:\n\t* Missing job datacenters\n\n", await answer.Content.ReadAsStringAsync());
    }

    private static JsonObject Job(string id, string script, params (string Name, string Value)[] environment) => new()
    {
        ["ID"] = id,
        ["Name"] = id,
        ["Datacenters"] = new JsonArray("dc1"),
        ["TaskGroups"] = new JsonArray(new JsonObject
        {
            ["Name"] = id,
            ["Tasks"] = new JsonArray(new JsonObject
            {
                ["Name"] = id,
                ["Driver"] = "raw_exec",
                ["Config"] = new JsonObject { ["command"] = "/bin/sh", ["args"] = new JsonArray("run.sh") },
                ["Env"] = new JsonObject(environment.Select(e => KeyValuePair.Create(e.Name, (JsonNode?)e.Value))),
                ["Templates"] = new JsonArray(new JsonObject { ["EmbeddedTmpl"] = script, ["DestPath"] = "run.sh" }),
                ["Resources"] = new JsonObject
                {
                    ["CPU"] = 100,
                    ["MemoryMB"] = 64,
                    ["Networks"] = new JsonArray(new JsonObject
                    {
                        ["DynamicPorts"] = new JsonArray(new JsonObject { ["Label"] = "server" }),
                    }),
                },
            }),
        }),
    };
}
