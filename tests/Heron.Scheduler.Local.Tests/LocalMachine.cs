// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Protobuf;
using Heron.Core.Scheduling;
using Heron.Core.Topologies;
using Heron.Core;
using Heron.Testing;
using Heron.Testing.Parts;
using ContainerPlan = Heron.Core.Packing.ContainerPlan;
using InstancePlan = Heron.Core.Packing.InstancePlan;
using PackingPlan = Heron.Core.Packing.PackingPlan;
using Resource = Heron.Core.Packing.Resource;

namespace Heron.Scheduler.Local.Tests;

/// <summary>A temporary folder with packages whose executor writes down when it starts and ends.</summary>
internal sealed class LocalMachine : IAsyncDisposable
{
    /// <summary>Leaves a child behind in its group, and ends in its own time when told to.</summary>
    private const string Executor =
        "#!/bin/sh\n"
        + "sleep 300 &\n"
        + "trap 'echo \"end $$ $HERON_CONTAINER_INDEX\" >>\"EVENTS\"; exit 0' TERM\n"
        + "echo \"start $$ $HERON_CONTAINER_INDEX $! $NOMAD_PORT_server $NOMAD_PORT_metrics_port\" >>\"EVENTS\"\n"
        + "printf '%s\\n' \"$@\" >arguments\n"
        + "while :; do sleep 0.02; done\n";

    private readonly List<LocalScheduler> _servers = [];
    private readonly List<TopologyIdentity> _scheduled = [];

    public LocalMachine(string? executor = null)
    {
        Root = Directory.CreateTempSubdirectory("heron-local-").FullName;
        Events = Path.Join(Root, "events");
        File.WriteAllText(Events, string.Empty);
        var text = (executor ?? Executor).Replace("EVENTS", Events, StringComparison.Ordinal);
        Write("core.tar.gz", ("heron-core/bin/heron-executor", text));
        Write("topology.tar.gz", ("topology.defn", "defn"));
        Server = new HeronConfig(
        [
            new(LocalSchedulerSettings.WorkingDirectoryKey, Root + "/work/${TOPOLOGY_ID}"),
            new(LocalSchedulerSettings.KillGraceKey, 100),
            new(LocalSchedulerSettings.MinBackoffKey, 50),
            new(LocalSchedulerSettings.MaxBackoffKey, 200),
        ]);
    }

    public string Root { get; }

    public string Events { get; }

    public HeronConfig Server { get; set; }

    public string StateOf(TopologyIdentity topology) => Path.Join(Root, "work", ".heron-containers", "here", topology.Id);

    public IReadOnlySet<string> Running(TopologyIdentity topology) => ContainerMark.Running(new TopologyFolder(StateOf(topology)));

    public async Task<LocalScheduler> StartServerAsync(TimeProvider? time = null)
    {
        var server = (LocalScheduler)TestParts.Make(LocalPart.Scheduler, Server, "here", time);
        _servers.Add(server);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public TopologyDeployment Deployment(string name, int containers, string? workingDirectory = null)
    {
        var identity = new TopologyIdentity("here", "ops", "dev", name, name + "-0001");
        _scheduled.Add(identity);
        var local = Server.With(
        [
            new(LocalSchedulerSettings.WorkingDirectoryKey, workingDirectory ?? $"{Root}/work/{identity.Id}"),
            new(ConfigKeys.UseCorePackageUri, true),
            new(ConfigKeys.CorePackageUri, $"file://{Root}/core.tar.gz"),
        ]);
        var cluster = local.With([new(ConfigKeys.ExecutorBinary, "./heron-core/bin/heron-executor")]);
        var resource = new Resource(1, ByteAmount.FromGigabytes(1), ByteAmount.FromGigabytes(1));
        var plan = new PackingPlan(
            identity.Id,
            [.. Enumerable.Range(1, containers).Select(i => new ContainerPlan(i, [new InstancePlan("word", i, i - 1, resource)], resource))]);
        return new TopologyDeployment(
            identity,
            new Topology { Id = identity.Id, Name = name, State = TopologyState.Running },
            plan,
            new EffectiveConfig(local, cluster),
            new PublishedPackage($"file://{Root}/topology.tar.gz", null),
            "topology.defn",
            "topology.jar",
            HeronCoreVersion.Newest);
    }

    /// <summary>What the executors wrote: for a start its process, container, child, and two of its ports.</summary>
    public IReadOnlyList<string[]> Written(string kind, int? container = null) =>
    [
        .. File.ReadAllLines(Events).Select(line => line.Split(' '))
            .Where(words => words.Length > 2 && words[0] == kind
                && (container is null || words[2] == container.Value.ToString(CultureInfo.InvariantCulture))),
    ];

    public int PidOf(int container) => int.Parse(Written("start", container)[^1][1], CultureInfo.InvariantCulture);

    public int ChildOf(int container) => int.Parse(Written("start", container)[^1][3], CultureInfo.InvariantCulture);

    public static bool IsRunning(int pid) => ProcessTable.Read(pid) is { IsRunning: true };

    public static void Kill(int pid)
    {
        using var kill = Process.Start("kill", ["-9", $"{pid}"]);
        kill.WaitForExit();
    }

    /// <summary>Kill -9; the process has ended when this returns.</summary>
    public static Task KillAsync(int pid)
    {
        Kill(pid);
        return EventuallyAsync(() => !IsRunning(pid), "the end of a killed process");
    }

    public static Task EventuallyAsync(Func<bool> condition, string what) => Poll.UntilAsync(condition, what);

    public Task StartedAsync(int count) => EventuallyAsync(() => Written("start").Count >= count, $"{count} starts");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        foreach (var mark in _scheduled.SelectMany(Running).Distinct())
        {
            await ProcessGroup.EndAsync(null, mark, TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        }

        Scratch.Delete(Root);
    }

    private void Write(string file, params (string Name, string Text)[] entries)
    {
        using var stream = File.Create(Path.Join(Root, file));
        using var zip = new GZipStream(stream, CompressionLevel.Fastest);
        using var writer = new TarWriter(zip);
        foreach (var (name, text) in entries)
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                Mode = (UnixFileMode)0b111_101_101,
            });
        }
    }
}
