// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Heron.ZooKeeper;

namespace Heron.ApiServer.Tests.Watch;

/// <summary>The dashboard and the alert rules in <c>deploy/</c> ask only for what the server really tells.</summary>
public sealed partial class DashboardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grafana-dashboard.json", 14)]
    [InlineData("prometheus-alerts.yaml", 3)]
    public async Task Every_figure_that_is_asked_for_is_told(string file, int atLeast)
    {
        var text = await File.ReadAllTextAsync(Path.Join(Fixtures.RepositoryRoot, "deploy", file), Token);
        var asked = Figures().Matches(text).Select(match => match.Value).Distinct().ToList();
        Assert.True(asked.Count >= atLeast, $"only {asked.Count} figures were found in {file}");
        Assert.Empty(asked.Except(await ToldAsync()));
    }

    /// <summary>What a scrape shows of a server that has answered, been refused and called others; and what its ZooKeeper client counts.</summary>
    private static async Task<HashSet<string>> ToldAsync()
    {
        await using var server = await TestServer.StartAsync();
        await server.Client.DeleteAsync("/api/v1/topologies/nomad/role/default/nobody", Token);
        HashSet<string> told = [];
        await Poll.UntilAsync(
            async () =>
            {
                told = [.. Series().Matches(await server.Client.GetStringAsync("/metrics", Token)).Select(match => match.Value)];
                return told.Contains("heron_apiserver_part_up") && told.Contains("http_client_request_duration_seconds_count");
            },
            () => string.Join('\n', told));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ZooKeeperMetrics.MeterName)
                {
                    var name = instrument.Name.Replace('.', '_');
                    told.UnionWith(instrument is Histogram<double>
                        ? [$"{name}_seconds_count", $"{name}_seconds_bucket"]
                        : [instrument is Counter<long> ? $"{name}_total" : name]);
                }
            },
        };
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(ZooKeeperMetrics).TypeHandle);
        listener.Start();
        return told;
    }

    // Names of figures begin with what they are about; names of labels do not stand before a brace, a bracket or an operator.
    [GeneratedRegex(@"\b(heron|http_server|http_client|kestrel|zookeeper|dotnet)_[a-z_]+\b(?=[{\[ ,)])")]
    private static partial Regex Figures();

    [GeneratedRegex(@"^[a-z_]+(?=[{ ])", RegexOptions.Multiline)]
    private static partial Regex Series();
}
