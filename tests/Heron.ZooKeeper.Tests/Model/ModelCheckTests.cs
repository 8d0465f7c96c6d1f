// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text;
using Heron.Testing;
using Heron.Testing.ZooKeeper;
using Heron.ZooKeeper.Tests.Fakes;
using Heron.ZooKeeper.Tests.Servers;

namespace Heron.ZooKeeper.Tests.Model;

/// <summary>
/// Thousands of random operations, pipelined, over a link with random faults, compared with a tree in memory. Answers must be
/// those of the model in the order of the calls; an operation that "may have happened" may have or not, one that certainly
/// did not must not; and after every batch the real tree must be one that these rules allow.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class ModelCheckTests(SingleServer shared)
{
    [Theory]
    [InlineData(1)]
    [InlineData(20221122)]
    public async Task Histories_with_faults_agree_with_the_model(int seed)
    {
        int batches = Soak.Pick(500, 20_000);
        var random = new Random(seed);
        await using ZooKeeperClient direct = await shared.ClientAsync();
        ProxyFault next = ProxyFault.None;
        await using var proxy = new BreakingProxy(shared.Server.Port, _ => Interlocked.Exchange(ref next, ProxyFault.None));
        await using ZooKeeperClient client = ZooKeeperClient.Start(direct.Options with
        {
            Servers = ConnectionString.Parse(proxy.ConnectionString + direct.Options.Servers.Chroot),
            SessionTimeout = TimeSpan.FromSeconds(60),
            OperationTimeout = Poll.Limit,
            ReconnectDelay = TimeSpan.FromMilliseconds(2),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(20),

            // A repeated read would be answered later than its place in the order of calls.
            RetryReads = false,
        });
        IReadOnlyList<TreeModel> trees = [TreeModel.Empty];
        (int operations, int doubts) = (0, 0);
        for (int batch = 0; batch < batches; batch++)
        {
            ModelOperation[] calls = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => ModelOperation.Random(random))];
            bool fault = random.Next(4) == 0;
            if (fault)
            {
                next = random.Next(2) == 0 ? new ProxyFault { CutUpAfter = random.Next(900) } : new ProxyFault { CutDownAfter = random.Next(900) };
                proxy.CutAll();
            }

            Task<(ModelResult? Result, bool Certain)>[] running = [.. calls.Select(c => c.CallAsync(client))];
            if (fault && random.Next(2) == 0)
            {
                await running[0].Soon();
                proxy.CutAll();
            }

            (ModelResult? Result, bool Certain)[] outcomes = await Task.WhenAll(running).Soon();
            operations += calls.Length;
            doubts += outcomes.Count(o => o.Result is null && !o.Certain);
            trees = await PruneAsync(direct, await MatchAsync(direct, trees, calls, outcomes, batch));
        }

        Assert.InRange(operations, batches * 4, batches * 6);
        Assert.True(doubts > batches / 50, $"only {doubts} operations were in doubt: the faults do not bite");
        Assert.Equal(0, client.Status.Epoch);
    }

    /// <summary>
    /// The trees that look like the real one. Where operations are in doubt there may be several: a node that was perhaps created
    /// and deleted again leaves only a higher number for the next sequential one.
    /// </summary>
    private static async Task<IReadOnlyList<TreeModel>> MatchAsync(
        ZooKeeperClient direct, IReadOnlyList<TreeModel> before, ModelOperation[] calls, (ModelResult? Result, bool Certain)[] outcomes, int batch)
    {
        await direct.SyncAsync();
        ConcurrentDictionary<string, string> real = [];
        await ReadAsync(direct, "/", real);
        List<TreeModel> possible = [.. before.SelectMany(tree => Possible(tree, calls, outcomes))];
        List<TreeModel> matches =
        [
            .. possible.Where(t => t.Nodes.Count == real.Count && t.Nodes.All(n => real.GetValueOrDefault(n.Key) == $"v{n.Value.Version}:{n.Value.Data}"))
                .DistinctBy(t => string.Join(',', t.Nodes.Values.Select(n => n.Created))),
        ];
        return matches.Count > 0 ? matches : throw new InvalidOperationException(
            $"batch {batch}: no order of events explains what happened.\nbefore: {string.Join("\n  ", before)}\ncalls:\n{string.Join('\n', calls.Zip(outcomes, (c, o) => $"  {c} -> {o}"))}\nreal: {string.Join("; ", real.OrderBy(r => r.Key).Select(r => $"{r.Key}={r.Value}"))}\npossible: {string.Join("\n  ", possible.Distinct())}");
    }

    /// <summary>Removes what sequential creates let grow, so that a batch late in a long run costs no more than an early one.</summary>
    private static async Task<IReadOnlyList<TreeModel>> PruneAsync(ZooKeeperClient direct, IReadOnlyList<TreeModel> trees)
    {
        string[] numbered = [.. trees[0].Nodes.Keys.Where(k => k.Contains("/s-", StringComparison.Ordinal))];
        if (numbered.Length < 60)
        {
            return trees;
        }

        await Task.WhenAll(numbered.Select(path => direct.DeleteAsync(path)));
        return [.. trees.Select(t => new TreeModel(t.Nodes.RemoveRange(numbered)))];
    }

    /// <summary>All trees that the outcomes allow.</summary>
    private static IEnumerable<TreeModel> Possible(TreeModel before, ModelOperation[] calls, (ModelResult? Result, bool Certain)[] outcomes)
    {
        List<TreeModel> trees = [before];
        for (int i = 0; i < calls.Length; i++)
        {
            List<TreeModel> next = [];
            foreach (TreeModel tree in trees)
            {
                (TreeModel after, ModelResult expected) = tree.Apply(calls[i]);
                if (outcomes[i].Result is { } result)
                {
                    if (result == expected)
                    {
                        next.Add(after);
                    }
                }
                else
                {
                    next.Add(tree);
                    if (!outcomes[i].Certain)
                    {
                        next.Add(after);
                    }
                }
            }

            trees = next;
        }

        return trees;
    }

    private static async Task ReadAsync(ZooKeeperClient direct, string path, ConcurrentDictionary<string, string> into)
    {
        NodeData node = await direct.GetDataAsync(path);
        into[path] = $"v{node.Stat.Version}:{Encoding.UTF8.GetString(node.Data)}";
        if (node.Stat.ChildCount > 0)
        {
            NodeChildren children = await direct.GetChildrenAsync(path);
            await Task.WhenAll(children.Names.Select(n => ReadAsync(direct, NodePath.Join(path, n), into)));
        }
    }
}
