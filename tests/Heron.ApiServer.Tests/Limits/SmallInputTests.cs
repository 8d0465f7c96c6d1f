using System.Net;
using Google.Protobuf;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration;
using Heron.Core.Protobuf;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Limits;

/// <summary>Small inputs that once took minutes and gigabytes, four at a time: none is a fault of the server, and it goes on answering.</summary>
public sealed class SmallInputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_at_a_time_leave_the_server_answering_and_are_no_fault_of_its_own()
    {
        await using var server = await TestServer.StartAsync();
        var inputs = Inputs().ToList();
        var next = -1;
        var statuses = new HttpStatusCode[inputs.Count * Soak.Pick(1, 20)];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var versions = VersionsAsync(server, over.Token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < statuses.Length; i = Interlocked.Increment(ref next))
            {
                using var answer = await server.Client.PostAsync("/api/v1/topologies", Forms.Content(inputs[i % inputs.Count].Body), Token);
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

    private static IEnumerable<(string Name, byte[] Body)> Inputs()
    {
        yield return ("tokens that grow", Body(("a.b", string.Concat(Enumerable.Repeat("/${HOME}${HERON_HOME}", 60)))));
        yield return ("many tokens for a long value", Body(
            ("my.long", new string('x', 60_000)), ("my.many", string.Concat(Enumerable.Repeat("/${MY_LONG}", 700)))));
        yield return ("tokens in a circle", Body(("my.a", "/${MY_B}/${MY_B}"), ("my.b", "/${MY_A}/${MY_A}")));
        yield return ("a long path", Body(("a.b", string.Concat(Enumerable.Repeat("a/", 127 * 1024)))));
        yield return ("a path of slashes", Body(("a.b", new string('/', 250_000))));
        yield return ("a definition of empty spouts", Body([.. Forms.Definition("exclamation"), .. Enumerable.Repeat<byte[]>([0x1A, 0], 600_000).SelectMany(b => b)]));
        yield return ("a plan with thirty thousand instances", Body(
            Definition(t => SetParallelism(t, "29990")),
            (ConfigKeys.PackingClass, "org.apache.heron.packing.roundrobin.ResourceCompliantRRPacking")));
        yield return ("a plan with more instances than there are numbers", Body(Definition(t => SetParallelism(t, "2147483647"))));
        yield return ("bytes that are no definition", Body(Enumerable.Repeat((byte)0x0A, 1_000_000).ToArray()));
        yield return ("messages in messages", Body(Enumerable.Repeat((byte)0x1A, 500_000).ToArray()));
    }

    private static void SetParallelism(Topology topology, string value)
    {
        foreach (var setting in topology.Spouts.Take(1).SelectMany(s => s.Comp.Config.Kvs).Where(kv => kv.Key == "topology.component.parallelism"))
        {
            setting.Value = value;
        }
    }

    private static byte[] Definition(Action<Topology> change)
    {
        var topology = Topology.Parser.ParseFrom(Forms.Definition("exclamation"));
        change(topology);
        return topology.ToByteArray();
    }

    private static byte[] Body(params (string Key, string Value)[] settings) => Body(Forms.Definition("exclamation"), settings);

    private static byte[] Body(byte[] definition, params (string Key, string Value)[] settings)
    {
        var fields = Forms.Fields();
        fields["dry_run"] = "true";
        foreach (var (key, value) in settings)
        {
            fields[key] = value;
        }

        return Forms.Submission(fields, definition);
    }
}
