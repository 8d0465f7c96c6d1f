// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Xunit.Sdk;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>
/// Kill -9 of the server, again and again, at any time while a client submits a topology and kills it in turn. Two things must hold
/// each time: what the dead server left is whole or gone for the next one, and whatever the client was told last, and nothing was
/// asked after it, is so.
/// </summary>
internal sealed class RandomKills(ICrashPlace place, string name, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _violations = [];
    private readonly SortedDictionary<string, int> _found = new(StringComparer.Ordinal);

    // A run of hours that somebody calls off has told what it found by then.
    private const int NoteEvery = 100;

    // A submission and a kill together, as long as they take a server that has just been started.
    private TimeSpan _cycle;
    private volatile bool _killed;

    /// <summary>Kills that many servers, notes the figures, and fails with what did not hold.</summary>
    public async Task RunAsync(int kills)
    {
        await MeasureAsync();
        var clock = Stopwatch.StartNew();
        var done = 0;
        bool? told = null;
        var isFirst = true;
        while (_violations.Count == 0)
        {
            await using var server = await place.StartServerAsync();
            await place.BeforeLookingAsync();
            try
            {
                var whole = await Crash.SettleAsync(place, server);
                if (!isFirst)
                {
                    Count(whole ? "whole" : "gone");
                    Assert.True(told is null || told == whole, $"the client was told that the topology is {(told == true ? "there" : "gone")}, and it is not");
                }
            }
            catch (Exception e) when (e is XunitException or TimeoutException)
            {
                _violations.Add(string.Create(CultureInfo.InvariantCulture, $"after kill {done} (seed {seed}): {e.Message}"));
            }

            if (done == kills)
            {
                break;
            }

            isFirst = false;
            told = await KillAsync(server);
            done++;
            if (done % NoteEvery == 0 && done < kills)
            {
                Note(done, clock.Elapsed);
            }
        }

        Note(done, clock.Elapsed);
        Assert.True(_violations.Count == 0, string.Join('\n', _violations));
    }

    private async Task MeasureAsync()
    {
        await using var server = await place.StartServerAsync();
        var start = Stopwatch.GetTimestamp();
        Assert.Equal(HttpStatusCode.Created, (await Submit.SendAsync(server.Client)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.DeleteAsync(Submit.TopologyPath)).StatusCode);
        _cycle = Stopwatch.GetElapsedTime(start);
    }

    private void Note(int kills, TimeSpan elapsed) => Soak.Note(string.Create(
        CultureInfo.InvariantCulture,
        $"random kills, {name}: {kills} kills in {elapsed.TotalMinutes:F1} min ({string.Join(", ", _found.Select(f => $"{f.Value} {f.Key}"))}), {_violations.Count} violations, seed {seed}"));

    private void Count(string what) => _found[what] = _found.GetValueOrDefault(what) + 1;

    /// <summary>Kills the server in the middle of requests.</summary>
    /// <returns>Whether the topology must be there; null when a request was cut off.</returns>
    private async Task<bool?> KillAsync(ServerProcess server)
    {
        _killed = false;
        await place.BeforeRequestsAsync(_random);

        // Often the client rests between two requests: then the server dies while nothing is done, and what it had answered must stay so.
        var rest = _cycle * (_random.Next(2) * _random.NextDouble());
        var requests = RequestsAsync(server.Client, rest);
        await Task.WhenAny(requests, Task.Delay((_cycle + (2 * rest)) * (1.3 * _random.NextDouble())));
        _killed = true;
        await server.KillAsync();
        return await requests;
    }

    private async Task RestAsync(TimeSpan rest)
    {
        if (!_killed)
        {
            await Task.Delay(rest);
        }
    }

    // False while nothing was asked yet: the settled server has no topology.
    private async Task<bool?> RequestsAsync(HttpClient client, TimeSpan rest)
    {
        bool? there = false;
        try
        {
            while (!_killed)
            {
                var start = Stopwatch.GetTimestamp();
                there = null;
                using (var submitted = await Submit.SendAsync(client))
                {
                    there = submitted.StatusCode switch
                    {
                        HttpStatusCode.Created => true,
                        HttpStatusCode.InsufficientStorage => false,
                        var other => throw new XunitException($"a submission was answered {other}: {await submitted.Content.ReadAsStringAsync()}"),
                    };
                    Count(there == true ? "submitted" : "told that the disk is full");
                }

                var submitting = Stopwatch.GetElapsedTime(start);
                await RestAsync(rest);
                if (_killed)
                {
                    break;
                }

                start = Stopwatch.GetTimestamp();
                there = null;
                using (var killed = await client.DeleteAsync(Submit.TopologyPath))
                {
                    Assert.True(killed.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"a kill was answered {killed.StatusCode}");
                    there = false;
                }

                _cycle = (0.8 * _cycle) + (0.2 * (submitting + Stopwatch.GetElapsedTime(start)));
                await RestAsync(rest);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // Cut off, as it must be.
            return null;
        }
        catch (XunitException e)
        {
            _violations.Add(e.Message);
        }

        return there;
    }
}
