// SPDX-License-Identifier: Apache-2.0
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Support;

/// <summary>The folder of one test: the server's HOME, its store and its state.</summary>
internal sealed class ServerHome : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("heron-e2e-").FullName;

    /// <summary>Put in front of paths to look at them: the root of a process that sees another file system there.</summary>
    public string SeenFrom { get; set; } = "";

    public string Store => System.IO.Path.Join(Path, "store");

    public string State => System.IO.Path.Join(Path, "state");

    /// <summary>Flags of a server for a Nomad cluster that keeps its state in this folder.</summary>
    public IReadOnlyList<string> Arguments(string nomadUri, params string[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["heron.nomad.scheduler.uri"] = nomadUri,
            ["heron.nomad.placement.wait.sec"] = "1",
        };
        if (!more.Contains("--heron-core-package-path"))
        {
            settings["heron.package.core.uri"] = "http://core.example/heron-core.tar.gz";
        }

        return Arguments("nomad", settings, more);
    }

    /// <summary>Flags of a server that keeps its state in this folder, unless the settings say otherwise.</summary>
    /// <param name="cluster"><c>nomad</c> or <c>local</c>: which of the shipped templates it uses.</param>
    /// <param name="settings">Settings besides.</param>
    /// <param name="more">Flags besides.</param>
    public IReadOnlyList<string> Arguments(string cluster, IEnumerable<KeyValuePair<string, string>> settings, params string[] more)
    {
        var all = new Dictionary<string, string>
        {
            ["heron.class.state.manager"] = "org.apache.heron.statemgr.localfs.LocalFileSystemStateManager",
            ["heron.statemgr.root.path"] = State,
            ["heron.statemgr.connection.string"] = "LOCALMODE",
            ["heron.apiserver.http.file.system.directory"] = Store,
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return
        [
            "--cluster", cluster,
            "--config-path", System.IO.Path.Join(Fixtures.RepositoryRoot, "conf", cluster),
            "--verbose",
            .. all.SelectMany(s => new[] { "-D", $"{s.Key}={s.Value}" }),
            .. more,
        ];
    }

    /// <summary>
    /// Every file of packages, their notes, and of servers that are gone; not what a living server holds. A content, which the store
    /// keeps under a name of its own besides, counts only when there are more of them than packages.
    /// </summary>
    public IReadOnlyList<string> StoredFiles()
    {
        const string Contents = ".content/";
        var store = SeenFrom + Store;
        if (!Directory.Exists(store))
        {
            return [];
        }

        var all = StoreFiles.Of(store);
        var packages = all.Count(f => !f.Contains('/', StringComparison.Ordinal));
        var contents = all.Where(f => f.StartsWith(Contents, StringComparison.Ordinal)).ToList();
        return [.. all.Except(contents), .. contents.Skip(packages)];
    }

    /// <summary>Every node of the state that belongs to a topology.</summary>
    public IReadOnlyList<string> StateFiles() => !Directory.Exists(SeenFrom + State) ? [] :
    [
        .. Directory.EnumerateFiles(SeenFrom + State, "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(SeenFrom + State, f))
            .Where(f => f.Contains(Submit.Name, StringComparison.Ordinal)),
    ];

    public void Dispose() => Scratch.Delete(Path);
}
