// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Heron.ApiServer.Logging;

/// <summary>From which level on lines are written, category by category. May be changed while the server runs.</summary>
internal sealed class LogLevels
{
    // The framework's own lines below this repeat what ours say, and write paths as the client sent them.
    private const LogLevel FrameworkLevel = LogLevel.Warning;

    private static readonly string[] Framework = ["Microsoft", "System"];

    private Rules _rules;

    /// <summary>Begins with what the start says.</summary>
    public LogLevels(LogSettings settings) => _rules = new Rules(settings);

    /// <summary>Whether a line is written.</summary>
    /// <param name="category">Who writes it: the full name of a class.</param>
    /// <param name="level">How much it matters.</param>
    public bool Allow(string? category, LogLevel level) => level >= Volatile.Read(ref _rules).Of(category ?? "");

    /// <summary>Lets other levels count from now on.</summary>
    public void Change(LogSettings settings) => Volatile.Write(ref _rules, new Rules(settings));

    /// <summary>The levels as they are written in <c>--log-level</c>, that of all categories first.</summary>
    public override string ToString() => Volatile.Read(ref _rules).ToString();

    private sealed class Rules
    {
        private readonly ConcurrentDictionary<string, LogLevel> _known = new(StringComparer.Ordinal);
        private readonly LogLevel _others;
        private readonly KeyValuePair<string, LogLevel>[] _named;
        private readonly KeyValuePair<string, LogLevel>[] _longestFirst;

        public Rules(LogSettings settings)
        {
            _others = settings.Level;
            _named = [.. settings.Categories.OrderBy(rule => rule.Key, StringComparer.Ordinal)];
            _longestFirst = [.. _named
                .Concat(Framework
                    .Where(category => !settings.Categories.ContainsKey(category))
                    .Select(category => KeyValuePair.Create(category, FrameworkLevel > _others ? FrameworkLevel : _others)))
                .OrderByDescending(rule => rule.Key.Length)];
        }

        public LogLevel Of(string category) => _known.GetOrAdd(category, Find);

        public override string ToString() =>
            string.Join(", ", [LogSettings.NameOf(_others), .. _named.Select(rule => $"{rule.Key}={LogSettings.NameOf(rule.Value)}")]);

        // A rule counts for its category and all below it: for 'Heron.Core' neither 'Heron' nor 'Heron.CoreX' is meant.
        private LogLevel Find(string category)
        {
            foreach (var (name, level) in _longestFirst)
            {
                if (category.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (category.Length == name.Length || category[name.Length] == '.'))
                {
                    return level;
                }
            }

            return _others;
        }
    }
}
