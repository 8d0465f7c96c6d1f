// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.StandIn;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>Containers as processes of this machine, which outlive the server, and state in a folder.</summary>
internal sealed class LocalAndFolder : ICrashPlace, IDisposable
{
    private readonly ContainerRecords _records;

    // Containers that have begun to start fetch their files from the next server.
    private readonly int _port = Loopback.FreePorts(1)[0];

    public LocalAndFolder()
    {
        StandInCorePackage.Write(Core, new StandInCoreOptions { RecordFolder = Records });
        _records = new ContainerRecords(Records, Submit.TopologyId);
    }

    public ServerHome Home { get; } = new();

    public IReadOnlyList<string> Arguments =>
    [
        "--cluster", "nomad",
        "--config-path", Path.Join(Fixtures.RepositoryRoot, "conf", "local"),
        "--heron-core-package-path", Core,
        "--port", _port.ToString(CultureInfo.InvariantCulture),
        "--verbose",
        "-D", $"heron.statemgr.root.path={Home.State}",
        "-D", $"heron.apiserver.http.file.system.directory={Home.Store}",
        "-D", $"heron.scheduler.local.working.directory={Path.Join(Home.Path, "containers")}/${{TOPOLOGY_ID}}",
        "-D", $"heron.scheduler.local.state.directory={SchedulerFolder}",

        // Nothing here runs Java; the value only has to be one that needs no Java on the node.
        "-D", "heron.directory.sandbox.java.home=/usr",
    ];

    private string Core => Path.Join(Home.Path, "heron-core.tar.gz");

    private string Records => Path.Join(Home.Path, "records");

    private string SchedulerFolder => Path.Join(Home.Path, "scheduler");

    public Task<IReadOnlyList<string>> StateAsync() => Task.FromResult(Home.StateFiles());

    public Containers Containers() => new(
        [.. _records.Running.Select(c => string.Create(CultureInfo.InvariantCulture, $"container {c}"))],
        [.. Processes.Select(p => string.Create(CultureInfo.InvariantCulture, $"process {p}")), .. SchedulerFiles()]);

    public void Dispose()
    {
        Signals.KillAll(Processes);
        Home.Dispose();
    }

    // In hours of kills the numbers of processes come round, and other tests have such containers, too.
    private IEnumerable<int> Processes => _records.Processes.Where(IsHere);

    // The scheduler's own, without what a living server holds and the script it tidies up by; what containers wrote stays, for whoever wants to know why they ended.
    private IEnumerable<string> SchedulerFiles() => !Directory.Exists(SchedulerFolder)
        ? []
        : Directory.EnumerateFiles(SchedulerFolder, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) is not ("lock" or "clean-run_heron_executor.sh"));

    private bool IsHere(int process)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cwd")).LinkTarget?
                .StartsWith(Home.Path + "/", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
