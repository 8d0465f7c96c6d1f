// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Access;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Access;

/// <summary>A server whose audit cannot be written for a while.</summary>
public sealed class AuditFaultTests : IAsyncLifetime
{
    private const string Words = "/api/v1/topologies/nomad/ads/devel/exclamation";

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-audit-").FullName;
    private readonly FailingAuditDisk _disk = new();
    private TestServer _server = null!;

    private string Audit => Path.Join(_folder, "audit.jsonl");

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddSingleton<AuditDisk>(_disk), access: new AccessOptions { AuditLog = Audit });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Scratch.Delete(_folder);
    }

    [Fact]
    public async Task A_change_that_cannot_be_noted_is_told_as_such_the_next_is_not_begun_and_all_goes_on_by_itself()
    {
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync()).Status);
        _disk.IsReadOnly = true;
        var done = await SendAsync("DELETE", Words);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, done.Status);
        Assert.Contains("has been done, but the server cannot write its audit", done.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, done.Body, StringComparison.Ordinal);
        Assert.Null(await _server.State.GetExecutionStateAsync("exclamation", TestContext.Current.CancellationToken));

        var refused = await SubmitAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("changes nothing that it cannot note", refused.Body, StringComparison.Ordinal);
        Assert.Null(await _server.State.GetExecutionStateAsync("exclamation", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/api/v1/topologies")).Status);

        _disk.IsReadOnly = false;
        Assert.Equal(HttpStatusCode.Created, (await SubmitAsync()).Status);
        Assert.Equal(3, AuditChain.Verify(Audit).Lines);
        Assert.Contains("\"action\":\"kill\",\"topology\":\"nomad/ads/devel/exclamation\",\"status\":200", await File.ReadAllTextAsync(Audit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_goes_on_over_a_full_disk_for_it_makes_room()
    {
        await SubmitAsync();
        _disk.IsFull = true;
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", Words + "-2")).Status);
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await SubmitAsync()).Status);

        // As when the package that it removes was what filled the disk.
        _server.Scheduler.OnKill = _ =>
        {
            _disk.IsFull = false;
            return Task.CompletedTask;
        };
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", Words)).Status);
        Assert.Equal(3, AuditChain.Verify(Audit).Lines);
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_noted_is_answered_as_it_is()
    {
        _disk.IsFull = true;
        var answer = await SendAsync("DELETE", Words);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        _disk.IsFull = false;
        await SendAsync("DELETE", Words);
        Assert.Equal(2, AuditChain.Verify(Audit).Lines);
    }

    private async Task<(HttpStatusCode Status, string Body)> SubmitAsync()
    {
        var fields = Support.Forms.Fields();
        fields["role"] = "ads";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = Support.Forms.Content(Support.Forms.Submission(fields)) };
        return await SendAsync(request);
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await SendAsync(request);
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _server.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
