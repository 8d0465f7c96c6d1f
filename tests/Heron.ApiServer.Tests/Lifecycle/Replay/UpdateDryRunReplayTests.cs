// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Lifecycle.Replay;

/// <summary>Every recorded dry run of an update, sent to the whole server.</summary>
public sealed class UpdateDryRunReplayTests
{
    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Fixtures.Reference("apiserver", "dry-run"), "update-*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Shows_what_the_reference_shows(string name)
    {
        var recorded = RecordedLife.Read("apiserver", "dry-run", name + ".json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        foreach (var step in recorded.Steps)
        {
            using var answer = await server.SendAsync(step);
            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            if (step.Operation == "submit")
            {
                Assert.Equal(201, (int)answer.StatusCode);
                continue;
            }

            var what = string.Join(' ', step.Parameters);
            if (step.Response is { } expected && !DiffersOnPurpose(step))
            {
                Assert.True((int)answer.StatusCode == 200, $"{what}: {body}");
                Assert.True(expected == body.GetProperty("response").GetString(), what);
            }
            else if (step.Status == 500 && IsSaidAlike(step))
            {
                Assert.True((int)answer.StatusCode == 422, $"{what}: {body}");
                Assert.Equal(step.Message, body.GetProperty("message").GetString());
            }
        }
    }

    [Fact]
    public async Task Formats_count_in_any_letter_case()
    {
        var recorded = RecordedLife.Read("apiserver", "dry-run", "update-syn-2c-5i.json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        using (await server.SendAsync(recorded.Steps[0]))
        {
            foreach (var step in recorded.Steps.Skip(1).Where(s => s.Response is not null && !DiffersOnPurpose(s)))
            {
                var fields = step.Parameters.Select(p =>
                    p.Key == "dry_run_format" ? KeyValuePair.Create(p.Key, p.Value.ToLowerInvariant()) : p);
                using var answer = await server.Http.PostAsync(
                    $"/api/v1/topologies/{step.Path}/update", new FormUrlEncodedContent(fields));
                Assert.Equal(
                    step.Response, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("response").GetString());
            }
        }
    }

    [Fact]
    public async Task The_nomad_format_shows_the_jobs_that_would_be_added()
    {
        var recorded = RecordedLife.Read("apiserver", "dry-run", "update-syn-2c-5i.json");
        await using var server = await ReplayServer.StartAsync(recorded.Template);
        using (await server.SendAsync(recorded.Steps[0]))
        {
            using var answer = await server.Http.PostAsync(
                $"/api/v1/topologies/{recorded.Steps[1].Path}/update",
                new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["container_number"] = "4",
                    ["dry_run"] = "True",
                    ["dry_run_format"] = "Nomad",
                }));

            var text = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("response").GetString()!;
            Assert.Equal(
                ["syn-2c-5i-3", "syn-2c-5i-4"],
                text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Job").GetProperty("Name").GetString()));
        }
    }

    // Both changes at once: the reference looks at the parallelism only. Numbers above 127: it compares them by identity and
    // so takes 200 for a change from 200. A struck-through emoji: it strikes through both halves of the surrogate pair.
    private static bool DiffersOnPurpose(RecordedStep step)
    {
        var values = step.Parameters.ToLookup(p => p.Key, p => p.Value);
        return (values.Contains("container_number") && values.Contains("component_parallelism"))
            || values["component_parallelism"].All(v => v is "word:200" or "count:150")
            || (values["component_parallelism"].Contains("größe:4") && values["dry_run_format"].Contains("COLORED_TABLE"));
    }

    // Java's words for a class that cannot be loaded and for a text that is cast to a boolean say nothing to a user.
    private static bool IsSaidAlike(RecordedStep step) =>
        !step.Message!.Contains("java.lang", StringComparison.Ordinal)
        && !step.Message.StartsWith("Failed to instantiate", StringComparison.Ordinal);
}
