// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Storage;

namespace Heron.ApiServer.Tests.Files;

public sealed class InstanceFolderTests : IDisposable
{
    private readonly string _store = Directory.CreateTempSubdirectory("heron-store-").FullName;

    public void Dispose() => Directory.Delete(_store, recursive: true);

    [Fact]
    public void Servers_that_start_at_the_same_moment_leave_each_other_alone()
    {
        var folders = new InstanceFolder[40];
        Parallel.For(0, folders.Length, i => folders[i] = InstanceFolder.Open(_store));

        Assert.All(folders, folder => Assert.True(Directory.Exists(folder.Work) && Directory.Exists(folder.Journal)));
        foreach (var folder in folders)
        {
            folder.Dispose();
        }

        Assert.Empty(Directory.GetDirectories(Path.Join(_store, ".server")));
    }

    [Fact]
    public void What_a_dead_server_has_begun_is_taken_over_and_its_folder_goes()
    {
        var dead = Path.Join(_store, ".server", "dead");
        Directory.CreateDirectory(Path.Join(dead, "journal"));
        File.WriteAllText(Path.Join(dead, "journal", "intent-1.json"), "{}");

        using var living = InstanceFolder.Open(_store);

        Assert.Equal("{}", File.ReadAllText(Path.Join(living.Journal, "intent-1.json")));
        Assert.False(Directory.Exists(dead));
    }
}
