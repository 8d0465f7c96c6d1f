// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Packing;

/// <summary>
/// Remembers which containers have refused an instance of some size. A container that only gets fuller refuses it again,
/// so it need not be asked twice: without this, first fit would ask every full container for every instance.
/// </summary>
internal sealed class OpenContainers
{
    // The next place that may be open, for places that are closed; itself for open ones. Later places are open.
    private readonly List<int> _next = [];

    /// <summary>The first open place at or after this one; may be behind the last container.</summary>
    public int FirstFrom(int place)
    {
        var open = place;
        while (open < _next.Count && _next[open] != open)
        {
            open = _next[open];
        }

        while (place < _next.Count && _next[place] != place)
        {
            (place, _next[place]) = (_next[place], open);
        }

        return open;
    }

    public void Close(int place)
    {
        while (_next.Count <= place)
        {
            _next.Add(_next.Count);
        }

        _next[place] = place + 1;
    }
}
