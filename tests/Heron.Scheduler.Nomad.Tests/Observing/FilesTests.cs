// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Scheduling;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Observing;

public sealed class FilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nomad-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Scratch.Delete(_folder);

    [Fact]
    public async Task Outputs_are_read_from_their_end_and_followed_into_the_next_allocation()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        await using var scheduler = Scheduler(nomad, "trap 'echo bye; exit 0' INT; echo started >&2; echo hello; while :; do sleep 0.05; done");
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.Logs.Contains("hello", StringComparison.Ordinal)), "output");

        Assert.Equal("hello\n", await TextAsync(await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Out, null, false, Token)));
        Assert.Equal("ted\n", await TextAsync(await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Error, 4, false, Token)));

        Assert.Equal("", await TextAsync(await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Out, 0, false, Token)));

        await using var behind = await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Out, 0, true, Token);
        using var later = new StreamReader(behind.Stream);
        await using var followed = await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Out, 3, true, Token);
        using var reader = new StreamReader(followed.Stream);
        Assert.Equal("lo", await reader.ReadLineAsync(Token));
        await scheduler.RestartAsync(Deployments.Identity, 1, Token);
        Assert.Equal("bye", await reader.ReadLineAsync(Token));
        Assert.Equal("hello", await reader.ReadLineAsync(Token));
        Assert.Equal("bye", await later.ReadLineAsync(Token));
        Assert.Equal("hello", await later.ReadLineAsync(Token));
    }

    [Fact]
    public async Task An_output_without_a_byte_is_followed_from_its_first_one()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        var sign = Path.Join(_folder, "sign");
        await using var scheduler = Scheduler(nomad, $"echo hello; until [ -e '{sign}' ]; do sleep 0.05; done; echo first >&2; while :; do sleep 0.05; done");
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.Logs.Contains("hello", StringComparison.Ordinal)), "output");

        var contents = new List<ContainerContent>();
        foreach (var tail in new long?[] { null, 0, 100 })
        {
            contents.Add(await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Error, tail, true, Token));
        }

        File.WriteAllText(sign, "");
        foreach (var content in contents)
        {
            await using (content)
            {
                using var reader = new StreamReader(content.Stream);
                Assert.Equal("first", await reader.ReadLineAsync(Token));
            }
        }
    }

    [Fact]
    public async Task An_output_that_is_followed_ends_with_its_container()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        await using var scheduler = Scheduler(nomad, "echo hello; while :; do sleep 0.05; done");
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.Logs.Contains("hello", StringComparison.Ordinal)), "output");

        await using var followed = await scheduler.Files.OpenOutputAsync(Deployments.Identity, 1, ContainerOutput.Out, null, true, Token);
        using var reader = new StreamReader(followed.Stream);
        Assert.Equal("hello", await reader.ReadLineAsync(Token));
        await scheduler.KillAsync(Deployments.Identity, Token);
        Assert.Null(await reader.ReadLineAsync(Token));
    }

    [Fact]
    public async Task What_is_not_there_yet_is_not_found()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Scheduler(nomad, "exit");
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        foreach (var container in new[] { 1, 9 })
        {
            var fault = await Assert.ThrowsAsync<HeronException>(
                () => scheduler.Files.OpenOutputAsync(Deployments.Identity, container, ContainerOutput.Out, null, false, Token));
            Assert.Equal(FaultKind.NotFound, fault.Kind);
        }
    }

    [Fact]
    public async Task A_folder_outside_of_the_allocation_is_said_to_be_out_of_reach()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Scheduler(nomad, "exit");
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        var fault = await Assert.ThrowsAsync<OutOfReachException>(() => scheduler.Files.ListAsync(Deployments.Identity, 1, "", Token));
        Assert.Equal(FaultKind.NotFound, fault.Kind);
        Assert.Contains("${NOMAD_ALLOC_DIR}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_inside_of_the_allocation_is_listed_and_read_in_parts_and_no_link_is_followed()
    {
        await using var nomad = await ScriptedNomad.StartAsync(new() { RunsTasks = true });
        await using var scheduler = Scheduler(
            nomad,
            "mkdir -p \"$HERON_NOMAD_WORKING_DIR/log-files\"; cd \"$HERON_NOMAD_WORKING_DIR\"; printf 0123456789 >log-files/a.log; ln -s /etc/passwd out; "
                + "ln -s ../../../.. up; ln -s log-files/a.log in; echo ready; exec sleep 600",
            (NomadKeys.WorkingDirectory, "${NOMAD_ALLOC_DIR}/heron/${TOPOLOGY_ID}"));
        await scheduler.ScheduleAsync(Deployments.Make(1, null, (NomadKeys.WorkingDirectory, "${NOMAD_ALLOC_DIR}/heron/" + Deployments.Id)), Token);
        await Poll.UntilAsync(() => nomad.Allocations().All(a => a.Logs.Contains("ready", StringComparison.Ordinal)), "files");
        var files = scheduler.Files;

        Assert.Equal(
            [("in", false), ("log-files", true), ("out", false), ("up", false)],
            (await files.ListAsync(Deployments.Identity, 1, "", Token)).Select(f => (f.Name, f.IsFolder)));
        Assert.Equal(("a.log", 10L), Assert.Single((await files.ListAsync(Deployments.Identity, 1, "log-files", Token)).Select(f => (f.Name, f.Size))));
        var part = await files.OpenAsync(Deployments.Identity, 1, "log-files/a.log", 2, 3, Token);
        Assert.Equal((2L, 10L), (part.Offset, part.Size));
        Assert.Equal("234", await TextAsync(part));
        Assert.Equal("89", await TextAsync(await files.OpenAsync(Deployments.Identity, 1, "log-files/a.log", -2, null, Token)));
        Assert.Equal("", await TextAsync(await files.OpenAsync(Deployments.Identity, 1, "log-files/a.log", 10, null, Token)));
        foreach (var (path, kind) in new[]
        {
            ("out", FaultKind.NotFound), ("in", FaultKind.NotFound), ("up/x", FaultKind.NotFound), ("log-files", FaultKind.NotFound),
            ("none", FaultKind.NotFound), ("", FaultKind.NotFound), ("../x", FaultKind.BadRequest), ("log-files/../../x", FaultKind.BadRequest),
        })
        {
            var fault = await Assert.ThrowsAsync<HeronException>(() => files.OpenAsync(Deployments.Identity, 1, path, 0, null, Token));
            Assert.True(fault.Kind == kind, $"{path}: {fault.Message}");
        }

        await Assert.ThrowsAsync<HeronException>(() => files.ListAsync(Deployments.Identity, 1, "up", Token));
    }

    private static async Task<string> TextAsync(ContainerContent content)
    {
        await using (content)
        {
            using var reader = new StreamReader(content.Stream);
            return await reader.ReadToEndAsync(Token);
        }
    }

    private NomadScheduler Scheduler(ScriptedNomad nomad, string script, params (string Key, string Value)[] settings)
    {
        var path = Path.Join(_folder, "start.sh");
        File.WriteAllText(path, script + "\n");
        return Deployments.Scheduler(nomad, [(NomadKeys.JobTemplate, path), .. settings]);
    }
}
