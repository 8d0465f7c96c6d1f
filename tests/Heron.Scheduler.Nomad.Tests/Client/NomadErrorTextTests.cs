// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Heron.Scheduler.Nomad.Client;
using Heron.Testing;

namespace Heron.Scheduler.Nomad.Tests.Client;

public sealed class NomadErrorTextTests
{
    [Theory]
    [InlineData("1 error occurred:\n\t* Missing job datacenters\n\n", "Missing job datacenters")]
    [InlineData("2 errors occurred:\n\t* Missing job ID\n\t* Missing job name\n\n", "Missing job ID; Missing job name")]
    [InlineData(
        "1 error occurred:\n\t* Task group E-0 validation failed: 1 error occurred:\n\t* Task E-0 validation failed: 1 error occurred:\n\t* 1 error occurred:\n\t* 1 error occurred:\n\t* minimum MemoryMB value is 10; got 9\n\n\n\n\n\n",
        "minimum MemoryMB value is 10; got 9")]
    [InlineData("Permission denied", "Permission denied")]
    [InlineData("", "")]
    [InlineData("a\r\nb\tc", "a b c")]
    public void Only_the_innermost_words_are_shown(string text, string words) =>
        Assert.Equal(words, NomadErrorText.Innermost(text));

    [Fact]
    public void Every_recorded_refusal_of_a_job_is_taken_for_permanent_and_has_words()
    {
        var recorded = JsonNode.Parse(File.ReadAllText(Fixtures.File("nomad", "recorded", "errors.json")))!;
        var refusals = recorded["exchanges"]!.AsArray()
            .Where(e => e!["response"]?["status"]?.GetValue<int>() == 500)
            .Select(e => e!["response"]!["body"]!.GetValue<string>())
            .ToList();

        Assert.NotEmpty(refusals);
        Assert.All(refusals, text => Assert.True(NomadErrorText.IsPermanent(text), text));
        Assert.All(refusals, text => Assert.DoesNotContain("occurred", NomadErrorText.Innermost(text)));
    }

    [Theory]
    [InlineData("No cluster leader")]
    [InlineData("rpc error: EOF")]
    [InlineData("node is not the leader")]
    public void Passing_states_of_the_servers_are_not_permanent(string text) =>
        Assert.False(NomadErrorText.IsPermanent(text));

    [Fact]
    public void A_very_long_text_is_cut() => Assert.True(NomadErrorText.Innermost(new string('x', 100_000)).Length <= 1003);
}
