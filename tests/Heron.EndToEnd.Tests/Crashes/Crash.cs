// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>Kill -9 of a server at one of its failpoints, and what the next server must make of it.</summary>
internal static class Crash
{
    private static readonly string[] WholeState =
        [.. new[] { "executionstate", "packingplans", "schedulers", "topologies" }.Select(d => $"{d}/{Submit.Name}")];

    /// <summary>Lets a server settle what the one before it left, and kills it in the middle of a request.</summary>
    /// <param name="place">Where everything is.</param>
    /// <param name="from">The failpoint from which they are counted.</param>
    /// <param name="count">At which one the server dies, 0 for the one of that name.</param>
    /// <param name="request">What is asked of it.</param>
    /// <returns>The failpoint at which the server was killed; null when the request ended before so many.</returns>
    public static async Task<string?> AtAsync(
        ICrashPlace place, string from, int count, Func<HttpClient, Task<HttpResponseMessage>> request)
    {
        var reached = Path.Join(place.Home.Path, "reached");
        File.Delete(reached);
        var environment = new Dictionary<string, string>
        {
            ["HERON_BLOCK_FROM"] = from,
            ["HERON_BLOCK_COUNT"] = count.ToString(),
            ["HERON_BLOCK_REACHED"] = reached,
        };
        await using var server = await ServerProcess.StartAsync(ServerProcess.Blocking, place.Home.Path, place.Arguments, environment);
        await SettleAsync(place, server);
        var answer = request(server.Client);
        await Poll.UntilAsync(
            () => File.Exists(reached) || answer.IsCompleted, $"'{from}' and {count} failpoints more are not reached");
        if (!File.Exists(reached))
        {
            Assert.True((await answer).IsSuccessStatusCode, await (await answer).Content.ReadAsStringAsync());
            return null;
        }

        await server.KillAsync();
        await answer.ContinueWith(_ => { }, TaskScheduler.Default);
        return File.ReadAllText(reached);
    }

    /// <summary>
    /// What the last crash left is settled by this server: wholly there, or wholly gone. What is there answers, takes the
    /// same submission once more, and can be killed.
    /// </summary>
    /// <returns>Whether the topology was there.</returns>
    public static async Task<bool> SettleAsync(ICrashPlace place, ServerProcess server)
    {
        var whole = false;
        var text = "";
        await Poll.UntilAsync(
            async () =>
            {
                whole = IsWhole(place, await place.StateAsync(), place.Containers());
                text = await EverythingAsync(place, withContainers: !place.ContainersComeLate);
                return whole || text.Length == 0;
            },
            () => $"the topology is neither whole nor gone:\n{text}\n{string.Join('\n', server.Output)}");
        if (whole)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(Submit.TopologyPath)).StatusCode);
        }

        if (whole || place.ContainersComeLate)
        {
            Assert.Equal(HttpStatusCode.Created, (await Submit.SendAsync(server.Client)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Submit.TopologyPath)).StatusCode);
            Assert.Empty(await EverythingAsync(place));
        }

        return whole;
    }

    private static async Task<string> EverythingAsync(ICrashPlace place, bool withContainers = true)
    {
        var containers = withContainers ? place.Containers() : new Containers([], []);
        return string.Join(
            '\n', [.. place.Files, .. await place.StateAsync(), .. containers.Running, .. containers.Leftovers]);
    }

    // A topology manager that runs adds to the state.
    private static bool IsWhole(ICrashPlace place, IReadOnlyList<string> state, Containers containers) =>
        place.Files.Count == place.FilesOfTopology && WholeState.All(state.Contains)
        && (containers.Running.Count == 3 || (place.ContainersComeLate && containers.Running.Count > 0));
}
