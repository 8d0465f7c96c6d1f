// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Heron.Fuzz;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Fuzzing;

/// <summary>
/// Sound inputs with random damage for all readers (tests/Heron.Fuzz): each is read or refused in the way that its reader promises, and in
/// no time. HERON_FUZZ_SECONDS says for how long, each.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class ParserFuzzTests
{
    // For anything of a few kilobytes; only a reader that does not come to an end is this slow.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Names => [.. Readers.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_input_is_read_or_refused_as_promised_and_in_no_time(string name)
    {
        var reader = Readers.All.Single(r => r.Name == name);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(Soak.Count("HERON_FUZZ_SECONDS", brief: 1, soak: 600));
        long inputs = 0;
        while (clock.Elapsed < end)
        {
            var input = Damage(reader.Seeds[random.Next(reader.Seeds.Length)], random);
            var start = clock.Elapsed;
            try
            {
                reader.Judge(Encoding.Latin1.GetBytes(input));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, input {inputs}: {e}\n{Convert.ToBase64String(Encoding.Latin1.GetBytes(input))}");
            }

            Assert.True(clock.Elapsed - start < Longest, $"seed {seed}, input {inputs}: {clock.Elapsed - start}\n{Convert.ToBase64String(Encoding.Latin1.GetBytes(input))}");
            inputs++;
        }

        Assert.NotEqual(0, inputs);
        Soak.Note(string.Create(CultureInfo.InvariantCulture, $"fuzzing, {name}: {inputs:N0} inputs in {clock.Elapsed.TotalMinutes:F1} min, no findings, seed {seed}"));
    }

    // Texts stand for bytes here, one letter each.
    private static string Damage(string input, Random random)
    {
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(input.Length + 1);
            var length = random.Next(Math.Min(24, input.Length - at) + 1);
            var piece = Readers.Bytes(Encoding.UTF8.GetBytes(Readers.Pieces[random.Next(Readers.Pieces.Count)]));
            input = random.Next(6) switch
            {
                0 => input[..at] + piece + input[at..],
                1 => input[..at] + piece + input[(at + length)..],
                2 => input[..at] + input[(at + length)..],
                3 => input[..at] + string.Concat(Enumerable.Repeat(input.Substring(at, length), random.Next(1, 40))) + input[at..],
                4 => input[..at] + string.Concat(Enumerable.Repeat(piece, random.Next(1, 200))) + input[at..],
                _ => input[..at] + (char)random.Next(256) + input[(at + Math.Min(1, length))..],
            };
        }

        return input;
    }
}
