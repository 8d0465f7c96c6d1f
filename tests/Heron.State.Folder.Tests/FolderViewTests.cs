// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.Core.Protobuf;
using Heron.Testing.State;

namespace Heron.State.Folder.Tests;

/// <summary>The view of a state in a folder.</summary>
public sealed class FolderViewTests : StateViewConformance
{
    protected override Task<IStateStore> OpenStoreAsync() => Task.FromResult<IStateStore>(new LocalFolderStore());

    [Fact]
    public async Task A_file_that_is_written_in_place_piece_by_piece_never_shows_as_damaged()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        string path = Path.Join(((LocalFolderStore)Store).Root, "pplans", "a");
        byte[] bytes = Samples.Physical("a", "a-id").ToByteArray();
        await UntilAsync(v => v.Find("a") is not null);

        // As the C++ daemons write: truncated first, then filled.
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            file.Write(bytes.AsSpan(0, bytes.Length / 2));
            file.Flush();
            await Manager.View.CatchUpAsync("a", Token);
            Assert.Empty((await Manager.View.GetAsync(Token)).Find("a")!.Damages);
            file.Write(bytes.AsSpan(bytes.Length / 2));
        }

        await UntilAsync(v => v.Find("a")?.PhysicalPlan.Value?.Topology.State == TopologyState.Running);
    }

    [Fact]
    public async Task A_folder_that_is_removed_and_made_again_is_followed()
    {
        await Manager.RegisterTopologyAsync(Samples.Registration("a"), Token);
        await UntilAsync(v => v.Find("a") is not null);

        Directory.Delete(((LocalFolderStore)Store).Root, recursive: true);
        await UntilAsync(v => v.Topologies.Count == 0);
        var other = await OpenAsync();
        await other.RegisterTopologyAsync(Samples.Registration("b"), Token);

        await UntilAsync(v => v.Find("b") is not null);
    }
}
