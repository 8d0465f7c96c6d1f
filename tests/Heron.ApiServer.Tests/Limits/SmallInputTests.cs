// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Heron.Testing.Submissions;

namespace Heron.ApiServer.Tests.Limits;

/// <summary>Small inputs that once took minutes and gigabytes, four at a time: none is a fault of the server, and it goes on answering.</summary>
public sealed class SmallInputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_at_a_time_leave_the_server_answering_and_are_no_fault_of_its_own()
    {
        await using var server = await TestServer.StartAsync();
        var inputs = HostileSubmission.All;
        var next = -1;
        var statuses = new HttpStatusCode[inputs.Count * Soak.Pick(1, 20)];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var versions = VersionsAsync(server, over.Token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < statuses.Length; i = Interlocked.Increment(ref next))
            {
                using var answer = await server.Client.PostAsync("/api/v1/topologies", inputs[i % inputs.Count].Content(), Token);
                statuses[i] = answer.StatusCode;
            }
        }));
        await over.CancelAsync();
        Assert.True(await versions > 0);
        for (var i = 0; i < statuses.Length; i++)
        {
            var name = inputs[i % inputs.Count].Name;
            Assert.True(
                statuses[i] is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
                    or HttpStatusCode.UnprocessableEntity or HttpStatusCode.TooManyRequests,
                $"{name}: {statuses[i]}");
        }

        Assert.Empty(server.Scheduler.Calls);
        Assert.Empty(server.StoredFiles());
    }

    /// <summary>Asks again and again; every answer must be one.</summary>
    private static async Task<int> VersionsAsync(TestServer server, CancellationToken cancellationToken)
    {
        var count = 0;
        do
        {
            using var answer = await server.Client.GetAsync("/api/v1/version", Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            count++;
        }
        while (!cancellationToken.IsCancellationRequested);

        return count;
    }
}
