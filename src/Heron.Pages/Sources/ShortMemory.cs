// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Heron.Pages.Sources;

/// <summary>
/// Keeps answers for a moment, so that many who look at one page at once cost what one does. Of an answer that is awaited
/// everybody gets the same; a failure is forgotten at once.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="kept">How long an answer is used.</param>
/// <param name="limit">How long an answer may take.</param>
internal sealed class ShortMemory<T>(TimeProvider time, TimeSpan kept, TimeSpan limit)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, Lazy<Task<T>> Answer)> _answers = new(StringComparer.Ordinal);

    /// <summary>The answer from a moment ago, or a new one.</summary>
    public async Task<T> GetAsync(string key, Func<CancellationToken, Task<T>> ask)
    {
        var now = time.GetUtcNow();
        var entry = _answers.AddOrUpdate(key, _ => (now, Begin(ask)), (_, old) => now - old.At < kept ? old : (now, Begin(ask)));
        if (entry.At == now)
        {
            foreach (var (other, _) in _answers.Where(a => now - a.Value.At > kept + limit))
            {
                _answers.TryRemove(other, out _);
            }
        }

        try
        {
            return await entry.Answer.Value;
        }
        catch
        {
            _answers.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }

    private Lazy<Task<T>> Begin(Func<CancellationToken, Task<T>> ask) => new(async () =>
    {
        // Whoever asked first may leave; the others still wait for the answer.
        using var late = new CancellationTokenSource(limit, time);
        return await ask(late.Token);
    });
}
