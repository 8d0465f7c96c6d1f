// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.ZooKeeper.Tests.Model;

/// <summary>One call, for the model and for the real client.</summary>
internal sealed record ModelOperation(ModelKind Kind, string Path, string Data, int Version, IReadOnlyList<ModelOperation> Parts)
{
    public static ModelOperation Random(Random random)
    {
        if (random.Next(8) == 0)
        {
            ModelKind[] writes = [ModelKind.Create, ModelKind.CreateSequential, ModelKind.Delete, ModelKind.SetData, ModelKind.Check];
            return new ModelOperation(ModelKind.Multi, "/", "", -1, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => One(random, writes[random.Next(writes.Length)]))]);
        }

        ModelKind[] kinds = [ModelKind.Create, ModelKind.Create, ModelKind.CreateSequential, ModelKind.Delete, ModelKind.SetData, ModelKind.SetData, ModelKind.GetData, ModelKind.Exists, ModelKind.GetChildren];
        return One(random, kinds[random.Next(kinds.Length)]);
    }

    /// <summary>Calls the client. The result is <see langword="null"/> when the call ended without an answer and may have happened.</summary>
    public async Task<(ModelResult? Result, bool Certain)> CallAsync(ZooKeeperClient client)
    {
        try
        {
            return (new ModelResult(ErrorCode.Ok, await ValueAsync(client)), true);
        }
        catch (ZooKeeperMultiException e)
        {
            return (new ModelResult(e.Code, $"at {e.FailedIndex}"), true);
        }
        catch (ZooKeeperServerException e)
        {
            return (ModelResult.Failed(e.Code), true);
        }
        catch (ZooKeeperException e)
        {
            return (null, !e.MayHaveHappened);
        }
    }

    public override string ToString() => Kind == ModelKind.Multi ? $"Multi({string.Join(", ", Parts)})" : $"{Kind} {Path} '{Data}' v{Version}";

    private static ModelOperation One(Random random, ModelKind kind)
    {
        string[] paths = ["/a", "/b", "/a/x", "/a/y", "/b/x", "/a/x/deep"];
        string path = kind == ModelKind.CreateSequential ? new[] { "/a/s-", "/b/s-" }[random.Next(2)] : paths[random.Next(paths.Length)];
        return new ModelOperation(kind, path, random.Next(1000).ToString(System.Globalization.CultureInfo.InvariantCulture), random.Next(3) == 0 ? random.Next(3) : -1, []);
    }

    private async Task<string> ValueAsync(ZooKeeperClient client)
    {
        byte[] data = Encoding.UTF8.GetBytes(Data);
        switch (Kind)
        {
            case ModelKind.Create:
                return (await client.CreateAsync(Path, data)).Path;
            case ModelKind.CreateSequential:
                return (await client.CreateAsync(Path, data, CreateMode.PersistentSequential)).Path;
            case ModelKind.Delete:
                await client.DeleteAsync(Path, Version);
                return "";
            case ModelKind.SetData:
                return $"v{(await client.SetDataAsync(Path, data, Version)).Version}";
            case ModelKind.GetData:
                NodeData read = await client.GetDataAsync(Path);
                return $"v{read.Stat.Version}:{Encoding.UTF8.GetString(read.Data)}";
            case ModelKind.Exists:
                return await client.ExistsAsync(Path) is { } stat ? $"v{stat.Version}" : "absent";
            case ModelKind.GetChildren:
                return string.Join(',', (await client.GetChildrenAsync(Path)).Names.Order(StringComparer.Ordinal));
            default:
                IReadOnlyList<OperationResult> results = await client.MultiAsync([.. Parts.Select(p => p.Part(Encoding.UTF8.GetBytes(p.Data)))]);
                return string.Join('|', results.Select((r, i) => Parts[i].Kind switch
                {
                    ModelKind.Create or ModelKind.CreateSequential => r.Path,
                    ModelKind.SetData => $"v{r.Stat!.Version}",
                    _ => "",
                }));
        }
    }

    private Operation Part(byte[] data) => Kind switch
    {
        ModelKind.Create => Operation.Create(Path, data),
        ModelKind.CreateSequential => Operation.Create(Path, data, CreateMode.PersistentSequential),
        ModelKind.Delete => Operation.Delete(Path, Version),
        ModelKind.SetData => Operation.SetData(Path, data, Version),
        _ => Operation.Check(Path, Version),
    };
}
