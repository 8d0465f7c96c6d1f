// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Heron.ZooKeeper.Tests.Model;

/// <summary>ZooKeeper's tree as its documentation describes it, in memory. Immutable: every change gives a new tree.</summary>
internal sealed record TreeModel(System.Collections.Immutable.ImmutableSortedDictionary<string, ModelNode> Nodes)
{
    public static TreeModel Empty { get; } = new(System.Collections.Immutable.ImmutableSortedDictionary<string, ModelNode>.Empty.WithComparers(StringComparer.Ordinal).Add("/", new ModelNode("", 0, 0)));

    public (TreeModel Tree, ModelResult Result) Apply(ModelOperation operation)
    {
        switch (operation.Kind)
        {
            case ModelKind.Create or ModelKind.CreateSequential:
                if (!Nodes.TryGetValue(NodePath.Parent(operation.Path), out ModelNode? parent))
                {
                    return (this, ModelResult.Failed(ErrorCode.NoNode));
                }

                string path = operation.Kind == ModelKind.Create ? operation.Path : operation.Path + parent.Created.ToString("D10", CultureInfo.InvariantCulture);
                return Nodes.ContainsKey(path)
                    ? (this, ModelResult.Failed(ErrorCode.NodeExists))
                    : (new TreeModel(Nodes.SetItem(NodePath.Parent(operation.Path), parent with { Created = parent.Created + 1 }).Add(path, new ModelNode(operation.Data, 0, 0))), new ModelResult(ErrorCode.Ok, path));
            case ModelKind.Delete:
                return Guarded(operation, node => Nodes.Keys.Any(k => k.StartsWith(operation.Path + "/", StringComparison.Ordinal))
                    ? (this, ModelResult.Failed(ErrorCode.NotEmpty))
                    : (new TreeModel(Nodes.Remove(operation.Path)), new ModelResult(ErrorCode.Ok, "")));
            case ModelKind.SetData:
                return Guarded(operation, node => (new TreeModel(Nodes.SetItem(operation.Path, node with { Data = operation.Data, Version = node.Version + 1 })), new ModelResult(ErrorCode.Ok, $"v{node.Version + 1}")));
            case ModelKind.Check:
                return Guarded(operation, _ => (this, new ModelResult(ErrorCode.Ok, "")));
            case ModelKind.GetData:
                return Guarded(operation with { Version = -1 }, node => (this, new ModelResult(ErrorCode.Ok, $"v{node.Version}:{node.Data}")));
            case ModelKind.Exists:
                return (this, new ModelResult(ErrorCode.Ok, Nodes.TryGetValue(operation.Path, out ModelNode? there) ? $"v{there.Version}" : "absent"));
            case ModelKind.GetChildren:
                return Guarded(operation with { Version = -1 }, _ => (this, new ModelResult(ErrorCode.Ok, string.Join(',', Children(operation.Path)))));
            default:
                return Multi(operation.Parts);
        }
    }

    public override string ToString() => string.Join("; ", Nodes.Select(n => $"{n.Key}=v{n.Value.Version}:{n.Value.Data}#{n.Value.Created}"));

    private IEnumerable<string> Children(string path) =>
        Nodes.Keys.Where(k => k != "/" && NodePath.Parent(k) == path).Select(NodePath.Name);

    private (TreeModel Tree, ModelResult Result) Guarded(ModelOperation operation, Func<ModelNode, (TreeModel Tree, ModelResult Result)> change) =>
        !Nodes.TryGetValue(operation.Path, out ModelNode? node) ? (this, ModelResult.Failed(ErrorCode.NoNode))
        : operation.Version >= 0 && operation.Version != node.Version ? (this, ModelResult.Failed(ErrorCode.BadVersion))
        : change(node);

    private (TreeModel Tree, ModelResult Result) Multi(IReadOnlyList<ModelOperation> parts)
    {
        TreeModel tree = this;
        var values = new List<string>();
        for (int i = 0; i < parts.Count; i++)
        {
            (tree, ModelResult result) = tree.Apply(parts[i]);
            if (result.Code != ErrorCode.Ok)
            {
                return (this, new ModelResult(result.Code, $"at {i}"));
            }

            values.Add(result.Value);
        }

        return (tree, new ModelResult(ErrorCode.Ok, string.Join('|', values)));
    }
}
