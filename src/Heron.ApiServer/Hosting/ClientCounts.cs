// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Core;

namespace Heron.ApiServer.Hosting;

/// <summary>Counts what clients hold, each and all together.</summary>
internal sealed class ClientCounts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _ofEach = [];
    private int _ofAll;

    /// <summary>One more, if a rule allows it.</summary>
    /// <param name="client">Who wants it.</param>
    /// <param name="mayEnter">Told how many the client has, and how many all have.</param>
    /// <param name="taken">To be disposed when it is given back; null when the rule refuses.</param>
    /// <returns>How many the client has without it.</returns>
    public int TryTake(IPAddress client, Func<int, int, bool> mayEnter, out IDisposable? taken)
    {
        lock (_lock)
        {
            var own = _ofEach.GetValueOrDefault(client);
            if (!mayEnter(own, _ofAll))
            {
                taken = null;
                return own;
            }

            _ofEach[client] = own + 1;
            _ofAll++;
            taken = new GiveBack(() => GiveBackOne(client));
            return own;
        }
    }

    private void GiveBackOne(IPAddress client)
    {
        lock (_lock)
        {
            _ofAll--;
            if (--_ofEach[client] == 0)
            {
                _ofEach.Remove(client);
            }
        }
    }
}
