// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.Text;
using Heron.Core;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Client;

/// <summary>A peer that answers what Nomad never answers, too much, or nothing any more: its fault, by name, and soon.</summary>
public sealed class MalformedAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Answers => new()
    {
        { "/v1/jobs", "[null]" },
        { "/v1/jobs", "{}" },
        { "/v1/jobs", "[{\"ID\":null}]" },
        { "/v1/jobs", "[{\"ID\":7}]" },
        { "/v1/jobs", "[{\"ID\":\"x\",\"Meta\":{\"a\":1}}]" },
        { "/v1/jobs", "[[" },
        { "/v1/jobs", "<html>" },
        { "/v1/job/", "null" },
        { "/v1/job/", "[]" },
        { "/v1/job/", "{\"Meta\":[]}" },
        { "/v1/job/", "{\"Meta\":{\"topology.id\":1}}" },
        { "/allocations", "[null]" },
        { "/allocations", "[{\"ID\":\"1\",\"TaskStates\":[]}]" },
        { "/allocations", "[{\"ID\":\"1\",\"CreateTime\":\"yesterday\"}]" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_not_Nomads_is_a_bad_gateway_that_names_it(string path, string body)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        nomad.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Bytes,
            Method = "GET",
            PathContains = path,
            Write = (stream, token) => stream.WriteAsync(Encoding.UTF8.GetBytes(body), token).AsTask(),
        });

        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.Inspector.InspectAsync(Deployments.Identity, [0, 1], Token));
        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains("Nomad's answer is not understood", fault.Message, StringComparison.Ordinal);
        Assert.Contains(NomadKeys.SchedulerUri, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("{\"Meta\":{\"topology.id\":\"ID\",\"topology.name\":\"word\"},\"TaskGroups\":[null]}")]
    [InlineData("{\"Meta\":{\"topology.id\":\"ID\",\"topology.name\":\"word\"},\"TaskGroups\":[{\"Tasks\":[{\"Env\":{\"A\":null,\"B\":2}}]}]}")]
    [InlineData("{\"Meta\":{\"topology.id\":\"ID\",\"topology.name\":\"word\"},\"JobModifyIndex\":\"3\"}")]
    [InlineData("{\"Meta\":{\"topology.id\":\"ID\",\"topology.name\":\"word\"},\"Stop\":\"no\"}")]
    public async Task A_job_of_a_wrong_shape_is_not_registered_again(string job)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        nomad.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Bytes,
            Method = "GET",
            PathContains = "/v1/job/",
            Write = (stream, token) => stream.WriteAsync(Encoding.UTF8.GetBytes(job.Replace("ID", Deployments.Id, StringComparison.Ordinal)), token).AsTask(),
        });
        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.RestartAsync(Deployments.Identity, 1, Token));
        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.DoesNotContain(nomad.Requests, r => r.Method == "PUT");
    }

    [Fact]
    public async Task A_broken_gzip_is_Nomads_fault()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        nomad.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Bytes,
            Headers = new Dictionary<string, string> { ["Content-Encoding"] = "gzip" },
            Write = (stream, token) => stream.WriteAsync("\x1f\x8bno gzip at all, but long enough"u8.ToArray(), token).AsTask(),
        });
        Assert.Equal(
            FaultKind.BadGateway,
            (await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ListContainersAsync(Deployments.Identity, Token))).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_without_an_end_is_given_up_before_it_fills_the_memory(bool zipped)
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad);
        nomad.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Bytes,
            Headers = zipped ? new Dictionary<string, string> { ["Content-Encoding"] = "gzip" } : [],
            Write = async (stream, token) =>
            {
                await using var body = zipped ? new GZipStream(stream, CompressionLevel.Fastest) : stream;
                var blanks = new byte[1024 * 1024];
                Array.Fill(blanks, (byte)' ');
                for (var i = 0; i < 1024; i++)
                {
                    await body.WriteAsync(blanks, token);
                }
            },
        });
        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ListContainersAsync(Deployments.Identity, Token));
        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.Contains("more than 128 MB", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Nomad_that_stops_in_the_middle_of_an_answer_is_given_up()
    {
        await using var nomad = await ScriptedNomad.StartAsync();
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.RequestTimeout, "1"), (NomadKeys.Retries, "0"));
        nomad.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Bytes,
            Write = async (stream, token) =>
            {
                await stream.WriteAsync("[{"u8.ToArray(), token);
                await stream.FlushAsync(token);
                await Task.Delay(Timeout.Infinite, token);
            },
        });
        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.ListContainersAsync(Deployments.Identity, Token));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("no answer within 1 s", fault.Message, StringComparison.Ordinal);
    }
}
