// SPDX-License-Identifier: Apache-2.0
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Heron.Architecture.Tests;

/// <summary>
/// Which namespaces of one assembly use which, by every type that a signature, an attribute or a method body names. Constants
/// leave no trace in compiled code, and are not seen. The namespace that bears the project's own name is its door: it holds the
/// words that the rooms behind it share and opens into them, and is no part of a circle.
/// </summary>
internal sealed class NamespaceGraph
{
    private const string Ours = "Heron";

    // From namespace to namespace, with one example of who names what.
    private readonly Dictionary<string, Dictionary<string, string>> _edges = new(StringComparer.Ordinal);
    private readonly ModuleDefinition _module;
    private readonly string _door;

    public NamespaceGraph(ModuleDefinition module, string door)
    {
        _module = module;
        _door = door;
        foreach (var type in module.GetAllTypes())
        {
            foreach (var used in UsedBy(type).SelectMany(Parts))
            {
                Add(type, used);
            }
        }
    }

    /// <summary>The groups of namespaces that reach each other, each as its members.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles()
    {
        var reached = _edges.Keys.ToDictionary(n => n, Reach, StringComparer.Ordinal);
        return [.. _edges.Keys
            .Where(n => reached[n].Contains(n))
            .GroupBy(n => reached[n].Where(m => reached.TryGetValue(m, out var back) && back.Contains(n)).Min(StringComparer.Ordinal), StringComparer.Ordinal)
            .Select(g => (IReadOnlyList<string>)[.. g.Order(StringComparer.Ordinal)])];
    }

    /// <summary>Who names what, for every pair of namespaces of a circle.</summary>
    public IEnumerable<string> Examples(IReadOnlyCollection<string> circle) =>
        from one in circle
        from other in circle
        where _edges.TryGetValue(one, out var targets) && targets.ContainsKey(other)
        select $"    {one} -> {other}: {_edges[one][other]}";

    private HashSet<string> Reach(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([start]);
        while (open.TryPop(out var next))
        {
            foreach (var target in _edges.GetValueOrDefault(next)?.Keys.Where(reached.Add) ?? [])
            {
                open.Push(target);
            }
        }

        return reached;
    }

    private void Add(TypeDefinition from, TypeReference to)
    {
        var (source, target) = (NamespaceOf(from), NamespaceOf(to));
        if (to.Scope == _module && source != target && source != _door && target != _door
            && source.StartsWith(Ours, StringComparison.Ordinal) && target.StartsWith(Ours, StringComparison.Ordinal))
        {
            if (!_edges.TryGetValue(source, out var targets))
            {
                _edges[source] = targets = new(StringComparer.Ordinal);
            }

            targets.TryAdd(target, $"{from.FullName} names {to.FullName}");
        }
    }

    private static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    private static IEnumerable<TypeReference?> UsedBy(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(i => i.InterfaceType),
        .. type.Fields.Select(f => f.FieldType),
        .. type.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
        .. Attributes(type),
        .. type.Fields.SelectMany(Attributes),
        .. type.Properties.SelectMany(Attributes),
        .. type.Methods.SelectMany(UsedBy),
    ];

    private static IEnumerable<TypeReference?> UsedBy(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(p => p.ParameterType),
        .. method.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
        .. Attributes(method),
        .. !method.HasBody ? [] : method.Body.Variables.Select(v => v.VariableType)
            .Concat(method.Body.ExceptionHandlers.Select(h => h.CatchType))
            .Concat(method.Body.Instructions.SelectMany(i => Operand(i.Operand))),
    ];

    private static IEnumerable<TypeReference?> Operand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(p => p.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
        ],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) => provider.CustomAttributes.SelectMany(a =>
        a.ConstructorArguments.Select(c => c.Value as TypeReference).Prepend(a.AttributeType));

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.Prepend(generic.ElementType).SelectMany(Parts),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };
}
