// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Heron.ZooKeeper;

/// <summary>The state as others write it: topology managers, Java tools, other servers.</summary>
internal interface IForeignState : IAsyncDisposable
{
    Task<byte[]> ReadAsync(string kind, string name);

    /// <summary>Makes all nodes of a topology.</summary>
    Task CreateAsync(string name, IReadOnlyList<(string Kind, IMessage Content)> nodes);

    /// <summary>Writes a node, there or not.</summary>
    Task WriteAsync(string kind, string name, IMessage content);
}

/// <summary>In ZooKeeper.</summary>
internal sealed class ZooKeeperState(string connection) : IForeignState
{
    private readonly ZooKeeperClient _client = ZooKeeperClient.Start(ZooKeeperOptions.For(connection));

    public async Task<byte[]> ReadAsync(string kind, string name) => (await _client.GetDataAsync($"/heron/{kind}/{name}")).Data.ToArray();

    public Task CreateAsync(string name, IReadOnlyList<(string Kind, IMessage Content)> nodes) =>
        _client.MultiAsync([.. nodes.Select(node => Operation.Create($"/heron/{node.Kind}/{name}", node.Content.ToByteArray()))]);

    public async Task WriteAsync(string kind, string name, IMessage content)
    {
        if (await _client.ExistsAsync($"/heron/{kind}/{name}") is null)
        {
            await CreateAsync(name, [(kind, content)]);
        }
        else
        {
            await _client.SetDataAsync($"/heron/{kind}/{name}", content.ToByteArray());
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    public override string ToString() => "state in ZooKeeper";
}

/// <summary>In a folder.</summary>
internal sealed class FolderState(string folder) : IForeignState
{
    public Task<byte[]> ReadAsync(string kind, string name) => File.ReadAllBytesAsync(Path.Join(folder, kind, name));

    public async Task CreateAsync(string name, IReadOnlyList<(string Kind, IMessage Content)> nodes)
    {
        foreach (var (kind, content) in nodes)
        {
            await WriteAsync(kind, name, content);
        }
    }

    public Task WriteAsync(string kind, string name, IMessage content)
    {
        Directory.CreateDirectory(Path.Join(folder, kind));
        return File.WriteAllBytesAsync(Path.Join(folder, kind, name), content.ToByteArray());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public override string ToString() => "state in a folder";
}
