// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core;

/// <summary>Something that was taken: it is given back once, however often this is disposed, and by whoever does.</summary>
/// <param name="back">Gives it back.</param>
public sealed class GiveBack(Action back) : IDisposable
{
    private int _given;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, 1) == 0)
        {
            back();
        }
    }
}
