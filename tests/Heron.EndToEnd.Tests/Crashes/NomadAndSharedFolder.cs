// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>A scripted Nomad, state in a folder, and packages in a folder that the nodes share.</summary>
internal sealed class NomadAndSharedFolder : ICrashPlace, IAsyncDisposable
{
    private readonly ScriptedNomad _nomad;

    private NomadAndSharedFolder(ScriptedNomad nomad) => _nomad = nomad;

    public ServerHome Home { get; } = new();

    public IReadOnlyList<string> Files =>
    [
        .. Home.StoredFiles(),
        .. Directory.Exists(Shared) ? Directory.EnumerateFiles(Shared, "*", SearchOption.AllDirectories) : [],
    ];

    /// <summary>The package in the shared folder, and the note about it in the server's own.</summary>
    public int FilesOfTopology => 2;

    public IReadOnlyList<string> Arguments => Home.Arguments(
        _nomad.Uri,
        "-D", "heron.class.uploader=org.apache.heron.uploader.localfs.LocalFileSystemUploader",
        "-D", $"heron.uploader.localfs.file.system.directory={Shared}/${{ROLE}}");

    private string Shared => Path.Join(Home.Path, "shared");

    public static async Task<NomadAndSharedFolder> StartAsync() => new(await ScriptedNomad.StartAsync());

    public Task<IReadOnlyList<string>> StateAsync() => Task.FromResult(Home.StateFiles());

    public Containers Containers() => new(_nomad.JobIds, []);

    public async ValueTask DisposeAsync()
    {
        await _nomad.DisposeAsync();
        Home.Dispose();
    }
}
