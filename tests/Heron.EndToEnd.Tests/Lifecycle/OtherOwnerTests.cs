// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.EndToEnd.Tests.Crashes;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>Submissions that carry the topology id of somebody else's running topology, against real processes, stores and a real ZooKeeper.</summary>
public sealed class OtherOwnerTests(SharedZooKeeper shared)
{
    [Fact]
    public async Task A_submission_with_the_id_of_anothers_local_topology_leaves_its_containers_its_package_and_its_state_alone()
    {
        using var place = new LocalAndFolder();
        await AssertUntouchedAsync(place);
    }

    [Fact]
    public async Task A_submission_with_the_id_of_anothers_topology_in_Nomad_and_ZooKeeper_leaves_its_jobs_its_package_and_its_state_alone()
    {
        await using var place = await NomadAndZooKeeper.StartAsync(shared.Server);
        await AssertUntouchedAsync(place);
    }

    private static async Task AssertUntouchedAsync(ICrashPlace place)
    {
        string before;
        await using (var server = await place.StartServerAsync())
        {
            Assert.Equal(HttpStatusCode.Created, (await Submit.SendAsync(server.Client)).StatusCode);
            await Poll.UntilAsync(() => place.Containers().Running.Count == 3, "the victim runs");
            before = await EverythingAsync(place);
            await AssertRefusedAsync(server, "Evil", "ops");
            await AssertRefusedAsync(server, Submit.Name, "evil");
            Assert.Equal(before, await EverythingAsync(place));
            await server.KillAsync();
        }

        // Nor does the next server find anything of it to undo.
        await using var next = await place.StartServerAsync();
        await AssertRefusedAsync(next, "Evil", "ops");
        Assert.Equal(HttpStatusCode.NotFound, (await next.Client.DeleteAsync("/api/v1/topologies/nomad/ops/dev/Evil")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await next.Client.DeleteAsync("/api/v1/topologies/nomad/evil/dev/" + Submit.Name)).StatusCode);
        Assert.Equal(before, await EverythingAsync(place));
        Assert.Equal(HttpStatusCode.OK, (await next.Client.DeleteAsync(Submit.TopologyPath)).StatusCode);
    }

    private static async Task AssertRefusedAsync(ServerProcess server, string name, string role)
    {
        using var answer = await Submit.SendAsync(server.Client, "nomad", name, role);
        Assert.True(answer.StatusCode == HttpStatusCode.Conflict, await answer.Content.ReadAsStringAsync());
    }

    // A topology manager that runs adds to the state whenever it likes.
    private static async Task<string> EverythingAsync(ICrashPlace place)
    {
        var state = (await place.StateAsync()).Where(s => !s.StartsWith("tmanagers", StringComparison.Ordinal) && !s.StartsWith("pplans", StringComparison.Ordinal)
            && !s.StartsWith("metricscaches", StringComparison.Ordinal));
        return string.Join('\n', place.Files.Concat(state).Concat(place.Containers().Running).Order(StringComparer.Ordinal));
    }
}
