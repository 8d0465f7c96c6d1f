// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using Heron.Core.Configuration;

namespace Heron.Core.Parts;

/// <summary>The parts of one kind, of which a key of the configuration names one.</summary>
/// <param name="key">The key, such as <c>heron.class.scheduler</c>.</param>
/// <param name="parts">The parts.</param>
#pragma warning disable CA1710 // It is a list of parts, in the order in which they are offered.
public sealed class PartList<TContract>(string key, params IReadOnlyList<IPart<TContract>> parts) : IReadOnlyCollection<IPart<TContract>>
    where TContract : class
#pragma warning restore CA1710
{
    /// <inheritdoc/>
    public int Count => parts.Count;

    /// <summary>The same list with one more part.</summary>
    public PartList<TContract> With(IPart<TContract> part) => new(key, [.. parts, part]);

    /// <summary>The part that the configuration names, in its own key and in those of companions.</summary>
    /// <returns>Null after a mistake.</returns>
    public IPart<TContract>? Choose(HeronConfig config, Findings findings)
    {
        var before = findings.Mistakes.Count;
        var chosen = findings.Try(() => Find(config));
        foreach (var companion in parts.SelectMany(part => part.Companions.Keys).Distinct(StringComparer.Ordinal))
        {
            var named = findings.Try(() => Find(config, companion, part => part.Companions.GetValueOrDefault(companion, [])));
            if (chosen is not null && named is not null && named != chosen)
            {
                findings.Mistake(
                    $"{key} ({config.GetString(key)}) and {companion} ({config.GetString(companion)}) do not belong together: " +
                    $"set both to {string.Join(" or both to ", parts.Where(part => part.Companions.ContainsKey(companion)).Select(part => part.Name))}");
            }
        }

        return findings.Mistakes.Count == before ? chosen : null;
    }

    /// <summary>The part that a key names.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="otherKey">Another key than the list's own, such as that of repacking.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: not set or not known; the message lists those that are.</exception>
    public IPart<TContract> Find(HeronConfig config, string? otherKey = null) => Find(config, otherKey ?? key, part => part.ClassNames);

    /// <inheritdoc/>
    public IEnumerator<IPart<TContract>> GetEnumerator() => parts.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IPart<TContract> Find(HeronConfig config, string from, Func<IPart<TContract>, IReadOnlyList<string>> names)
    {
        var className = config.GetString(from);
        if (string.IsNullOrEmpty(className))
        {
            throw new HeronException(FaultKind.Invalid, $"{from} is not set: use one of {Known()}");
        }

        return parts.FirstOrDefault(part => HeronClassName.Suffix(className) is { } suffix && names(part).Contains(suffix))
            ?? throw new HeronException(
                FaultKind.Invalid, $"{from}: the class {ShownText.Of(className)} is not known here; use one of {Known()}");

        string Known() => string.Join(", ", parts.SelectMany(names).Select(HeronClassName.OfNewerFamily));
    }
}
