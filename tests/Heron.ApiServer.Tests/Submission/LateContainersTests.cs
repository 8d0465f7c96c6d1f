// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Protobuf;
using Heron.Core.Topologies;
using Heron.Operations.Journal;
using Heron.Operations.Running;
using Heron.Testing;
using Heron.Testing.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Heron.ApiServer.Tests.Submission;

/// <summary>Containers that a scheduler starts long after nobody waits for them any more.</summary>
public sealed class LateContainersTests : IAsyncLifetime
{
    private static readonly Topology Definition = Topology.Parser.ParseFrom(Forms.Definition("exclamation"));
    private static readonly TopologyIdentity Late = new("nomad", "ads", "devel", Definition.Name, Definition.Id);
    private static readonly TopologyIdentity Stranger = new("nomad", "ads", "devel", "stranger", "stranger-1");

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-late-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Scratch.Delete(_folder);
    }

    [Fact]
    public async Task The_patrol_tells_what_it_finds_and_ends_what_this_server_has_taken_back_and_nothing_else()
    {
        await FailAsync();
        _server.Scheduler.Start(Late, [0, 1]);
        _server.Scheduler.Start(Stranger, [0]);
        await RoundsUntilAsync(() => LineOf("ended 2 containers of " + Late.Id) >= 0);
        Assert.InRange(LineOf("containers of " + Late.Id + ", which the state does not know"), 0, LineOf("ended 2 containers of " + Late.Id));
        Assert.Empty(await _server.Scheduler.ListContainersAsync(Late, Token));

        // One of the same id at another place is nobody's that this server knows; nor is a stranger. Each new one proves a further round.
        var namesake = Late with { Role = "ops" };
        _server.Scheduler.Start(namesake, [0]);
        for (var i = 0; i < 3; i++)
        {
            var next = Stranger with { Name = "s" + i, Id = "s-" + i };
            _server.Scheduler.Start(next, [0]);
            await RoundsUntilAsync(() => LineOf("containers of " + next.Id + ", which the state does not know") >= 0);
        }

        Assert.Equal([0], await _server.Scheduler.ListContainersAsync(namesake, Token));
        Assert.Equal([0], await _server.Scheduler.ListContainersAsync(Stranger, Token));
        Assert.DoesNotContain($"kill {Stranger.Id}", _server.Scheduler.Calls);
    }

    [Fact]
    public async Task The_next_use_of_the_name_ends_what_came_late()
    {
        await FailAsync();
        _server.Scheduler.Start(Late, [1]);
        _server.Scheduler.Calls.Clear();
        var again = Definition.Clone();
        again.Id = Definition.Name + Guid.NewGuid();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(again)).StatusCode);
        Assert.Equal([$"kill {Late.Id}", $"schedule {again.Id}"], _server.Scheduler.Calls);
    }

    [Fact]
    public async Task A_submission_that_is_sent_again_is_not_taken_for_a_late_one()
    {
        await FailAsync();
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync(Definition)).StatusCode);
        Assert.False(_server.Services.GetRequiredService<TakenBack>().Contains(Late));
        _server.Scheduler.Calls.Clear();
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.PostAsync("/api/v1/topologies/nomad/ads/devel/exclamation/restart", null, Token)).StatusCode);
        Assert.Equal([$"restart {Late.Id} all"], _server.Scheduler.Calls);
    }

    [Fact]
    public async Task The_recovery_of_an_interrupted_submission_looks_twice_and_expects_more()
    {
        await _server.DisposeAsync();
        var journal = Directory.CreateDirectory(Path.Join(_folder, "store", ".server", "dead", "journal")).FullName;
        await File.WriteAllBytesAsync(
            Path.Join(journal, "intent-1.json"),
            EntryFormat.Write(new SubmitIntent(Late, _time.GetUtcNow(), "dead") { Registered = true, Scheduled = true }),
            Token);
        _server = await StartAsync();
        await Poll.UntilAsync(() => Directory.GetFiles(_folder, "intent-1.json", SearchOption.AllDirectories).Length == 0, "the recovery");
        Assert.Equal([Late.Id], _server.Scheduler.Interrupted);
        Assert.True(_server.Services.GetRequiredService<TakenBack>().Contains(Late));
    }

    [Fact]
    public async Task What_comes_late_after_the_server_has_been_started_anew_is_told_and_listed_and_a_kill_ends_it()
    {
        await FailAsync();
        await _server.DisposeAsync();
        _server = await StartAsync();
        _server.Scheduler.Start(Late, [0, 1]);
        await RoundsUntilAsync(() => LineOf("containers of " + Late.Id + ", which the state does not know; a kill of the topology ends them") >= 0);
        Assert.Contains("LOST", await _server.Client.GetStringAsync("/api/v1/topologies", Token), StringComparison.Ordinal);

        // Nothing proves to this server that they are not another one's.
        Assert.Equal([0, 1], await _server.Scheduler.ListContainersAsync(Late, Token));
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.DeleteAsync("/api/v1/topologies/nomad/ads/devel/exclamation", Token)).StatusCode);
        Assert.Empty(await _server.Scheduler.ListContainersAsync(Late, Token));
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(services => services.AddSingleton<TimeProvider>(_time), folder: _folder);

    private int LineOf(string text) => _server.Log.Lines.ToList().FindIndex(l => l.Contains(text, StringComparison.Ordinal));

    /// <summary>Lets the patrol go its rounds until something is so.</summary>
    private Task RoundsUntilAsync(Func<bool> condition) => Poll.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return condition();
        },
        "the patrol");

    private async Task FailAsync()
    {
        _server.Scheduler.OnSchedule = (_, _) => throw FakeScheduler.Refusal;
        Assert.Equal(HttpStatusCode.BadGateway, (await SubmitAsync(Definition)).StatusCode);
        _server.Scheduler.OnSchedule = null;
        Assert.True(_server.Services.GetRequiredService<TakenBack>().Contains(Late));
    }

    private Task<HttpResponseMessage> SubmitAsync(Topology definition) => _server.Client.PostAsync(
        "/api/v1/topologies",
        Forms.Content(Forms.Submission(definition: Google.Protobuf.MessageExtensions.ToByteArray(definition))),
        Token);
}
