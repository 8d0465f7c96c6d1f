// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Heron.Scheduler.Local;

/// <summary>
/// Gives containers ports that nothing listens on. They lie below the range from which the kernel takes ports of outgoing
/// connections, so that none is taken between here and the moment when the container listens.
/// </summary>
internal sealed class FreePorts(int first = 20_000, int last = 32_000)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int[]> _given = new(StringComparer.Ordinal);

    /// <summary>Takes ports for an owner, instead of those it had.</summary>
    /// <exception cref="Core.HeronException"><see cref="Core.FaultKind.Unavailable"/> when the range is used up.</exception>
    public IReadOnlyList<int> Take(string owner, int count)
    {
        lock (_lock)
        {
            _given.Remove(owner);
            var taken = _given.Values.SelectMany(ports => ports).ToHashSet();
            var result = new List<int>(count);
            var offset = Random.Shared.Next(last - first);
            for (var i = 0; i < last - first && result.Count < count; i++)
            {
                var port = first + ((offset + i) % (last - first));
                if (!taken.Contains(port) && IsFree(port))
                {
                    result.Add(port);
                }
            }

            if (result.Count < count)
            {
                throw new Core.HeronException(
                    Core.FaultKind.Unavailable, $"this machine has no {count} free ports between {first} and {last} for a container");
            }

            _given[owner] = [.. result];
            return result;
        }
    }

    /// <summary>Notes that an owner has ports already.</summary>
    public void Keep(string owner, IEnumerable<int> ports)
    {
        lock (_lock)
        {
            _given[owner] = [.. ports];
        }
    }

    /// <summary>The ports of an owner, as they were given.</summary>
    public IReadOnlyList<int> Of(string owner)
    {
        lock (_lock)
        {
            return _given.GetValueOrDefault(owner) ?? [];
        }
    }

    /// <summary>Gives the ports of an owner back.</summary>
    public void Release(string owner)
    {
        lock (_lock)
        {
            _given.Remove(owner);
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
