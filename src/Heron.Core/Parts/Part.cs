// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;

namespace Heron.Core.Parts;

/// <summary>
/// One of several implementations of a contract (state manager, scheduler, uploader, packing algorithm), of which the
/// configuration names one. A room offers its parts as such descriptors and keeps everything else to itself.
/// </summary>
/// <typeparam name="TContract">What the part does for the server.</typeparam>
public interface IPart<out TContract>
    where TContract : class
{
    /// <summary>What people call it, in messages.</summary>
    string Name { get; }

    /// <summary>
    /// The Java classes that it stands for, without the family in front: <c>scheduler.nomad.NomadScheduler</c> is found under
    /// <c>org.apache.heron</c> and under <c>com.twitter.heron</c>. The first one is what messages suggest.
    /// </summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// Other keys that name a class of the same part, with the classes that belong to it: a scheduler's launcher. A key that
    /// one part has, all parts of the list must have.
    /// </summary>
    IReadOnlyDictionary<string, IReadOnlyList<string>> Companions { get; }

    /// <summary>The settings that it reads, so that one with a mistyped name can be told from one that is somebody else's.</summary>
    IReadOnlyCollection<string> Settings { get; }

    /// <summary>
    /// Settings that have to be written in another way so that all of Heron reads them alike; done before anything is read, as
    /// if the operator had written them so.
    /// </summary>
    IReadOnlyDictionary<string, string> Rewrite(ServerConfiguration configuration, Findings findings);

    /// <summary>
    /// Reads the settings, once: what is checked at the start is what the part is made of. Nothing is opened yet and no other
    /// server is asked.
    /// </summary>
    /// <param name="settings">The server's configuration and machine.</param>
    /// <param name="findings">Gets every mistake, not only the first.</param>
    /// <returns>Makes the part; null when there are mistakes.</returns>
    Func<PartTools, TContract>? Read(PartSettings settings, Findings findings);
}

/// <summary>The descriptor of a part with options of its own.</summary>
/// <typeparam name="TContract">What the part does for the server.</typeparam>
/// <typeparam name="TOptions">What its settings say.</typeparam>
public sealed record Part<TContract, TOptions> : IPart<TContract>
    where TContract : class
    where TOptions : class
{
    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Companions { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <inheritdoc/>
    public required IReadOnlyCollection<string> Settings { get; init; }

    /// <summary>Reads the options; notes every mistake. What it returns beside mistakes is not used.</summary>
    public required Func<PartSettings, Findings, TOptions?> ReadOptions { get; init; }

    /// <summary>Makes the part of its options.</summary>
    public required Func<TOptions, PartTools, TContract> Make { get; init; }

    /// <summary>See <see cref="IPart{TContract}.Rewrite"/>; none when null.</summary>
    public Func<ServerConfiguration, Findings, IReadOnlyDictionary<string, string>>? Rewriting { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Rewrite(ServerConfiguration configuration, Findings findings) =>
        Rewriting?.Invoke(configuration, findings) ?? new Dictionary<string, string>();

    /// <inheritdoc/>
    public Func<PartTools, TContract>? Read(PartSettings settings, Findings findings)
    {
        var before = findings.Mistakes.Count;
        var options = findings.Try(() => ReadOptions(settings, findings));
        return options is null || findings.Mistakes.Count > before ? null : tools => Make(options, tools);
    }
}
