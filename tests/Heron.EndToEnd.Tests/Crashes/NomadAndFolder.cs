// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>A scripted Nomad, and state in a folder.</summary>
internal sealed class NomadAndFolder : ICrashPlace, IAsyncDisposable
{
    private readonly ScriptedNomad _nomad;

    private NomadAndFolder(ScriptedNomad nomad) => _nomad = nomad;

    public ServerHome Home { get; } = new();

    public IReadOnlyList<string> Arguments => Home.Arguments(_nomad.Uri);

    public static async Task<NomadAndFolder> StartAsync() => new(await ScriptedNomad.StartAsync());

    public Task<IReadOnlyList<string>> StateAsync() => Task.FromResult(Home.StateFiles());

    public Containers Containers() => new(_nomad.JobIds, []);

    public async ValueTask DisposeAsync()
    {
        await _nomad.DisposeAsync();
        Home.Dispose();
    }
}
