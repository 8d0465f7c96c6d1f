// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.StandInCore.Manager;

/// <summary>The topology manager's HTTP port, with the paths, the checks and the texts of the real one.</summary>
public sealed class Controller : IDisposable
{
    private const int Died = 0;

    private readonly TopologyManager _manager;
    private readonly ConnectionLoop _connections;
    private readonly Action _die;
    private readonly Action<string> _asked;

    /// <summary>Serves a manager.</summary>
    /// <param name="manager">Which.</param>
    /// <param name="port">Where.</param>
    /// <param name="die">What the null pointer of the real manager does.</param>
    /// <param name="asked">Gets the target of every request.</param>
    public Controller(TopologyManager manager, int port, Action die, Action<string> asked)
    {
        _manager = manager;
        _die = die;
        _asked = asked;
        _connections = new ConnectionLoop(port, ServeAsync);
    }

    public Task RunAsync(CancellationToken cancellationToken) => _connections.RunAsync(cancellationToken);

    public void Dispose() => _connections.Dispose();

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        using (var reader = new StreamReader(client.GetStream(), Encoding.ASCII))
        {
            try
            {
                var request = (await reader.ReadLineAsync(cancellationToken))?.Split(' ');
                while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
                {
                    // Headers say nothing that matters here.
                }

                var (status, body) = request is ["GET", var target, _]
                    ? await AnswerAsync(target, cancellationToken)
                    : (400, "Bad Request");
                if (status == Died)
                {
                    _die();
                    return;
                }

                await client.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} X\r\nContent-Type: text/html\r\n"
                        + $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\n\r\n{body}"),
                    cancellationToken);
            }
            catch (IOException)
            {
                // The client went.
            }
        }
    }

    private async Task<(int Status, string Body)> AnswerAsync(string target, CancellationToken cancellationToken)
    {
        _asked(target);
        var parts = target.Split('?', 2);
        var query = Query(parts.Length == 2 ? parts[1] : "");
        if (parts[0] == "/get_current_physical_plan")
        {
            return _manager is { Plan: { } plan, IsComplete: true }
                ? (200, Convert.ToBase64String(plan.ToByteArray()))
                : (400, "");
        }

        return Validate(query) ?? parts[0] switch
        {
            "/activate" => await ChangeStateAsync(TopologyState.Paused, TopologyState.Running, "activated", cancellationToken),
            "/deactivate" => await ChangeStateAsync(TopologyState.Running, TopologyState.Paused, "deactivated", cancellationToken),
            "/runtime_config/update" => await ChangeConfigAsync(query, cancellationToken),
            _ => (404, "Not Found"),
        };
    }

    private (int Status, string Body)? Validate(List<(string Key, string Value)> query) =>
        query.FirstOrDefault(q => q.Key == "topologyid").Value switch
        {
            null or "" => (400, "Missing 'topologyid' argument in the request"),

            // It looks for its own id in the plan, before it looks whether there is one.
            _ when _manager.Plan is null => (Died, ""),
            var id when id != _manager.TopologyId => (400, "Topology id does not match"),
            _ => null,
        };

    private async Task<(int Status, string Body)> ChangeStateAsync(
        TopologyState from, TopologyState to, string done, CancellationToken cancellationToken)
    {
        var changed = await _manager.ChangeAsync(
            plan =>
            {
                var may = plan.Topology.State == from;
                plan.Topology.State = to;
                return may;
            },
            cancellationToken);
        return changed ? (200, $"Topology successfully {done}") : (400, "");
    }

    private async Task<(int Status, string Body)> ChangeConfigAsync(
        List<(string Key, string Value)> query, CancellationToken cancellationToken)
    {
        var settings = query.Where(q => q.Key == "runtime-config").Select(q => q.Value.Split(':')).ToList();
        if (settings.Count == 0)
        {
            return (400, "No runtime config is found. Usage: runtime-config=[COMPONENT:]<CONFIG>:<VALUE>.");
        }

        if (settings.Any(s => s.Length is < 2 or > 3))
        {
            return (400, "Failed to parse runtime configs. Possibly bad format. "
                + "The expected format is [COMPONENT:]<CONFIG>:<VALUE>.");
        }

        var changed = await _manager.ChangeAsync(
            plan => settings.All(s => Set(plan.Topology, s.Length == 3 ? s[0] : null, s[^2], s[^1])), cancellationToken);
        return changed ? (200, "Runtime config updated") : (400, "Failed to validate runtime configs");
    }

    private static bool Set(Topology topology, string? component, string key, string value)
    {
        var config = component is null
            ? topology.TopologyConfig
            : topology.Spouts.Select(s => s.Comp).Concat(topology.Bolts.Select(b => b.Comp))
                .FirstOrDefault(c => c.Name == component)?.Config;
        if (config is null)
        {
            return false;
        }

        var name = key + ":runtime";
        var entry = config.Kvs.FirstOrDefault(kv => kv.Key == name);
        if (entry is null)
        {
            entry = new Config.Types.KeyValue { Key = name, Type = ConfigValueType.StringValue };
            config.Kvs.Add(entry);
        }

        entry.Value = value;
        return true;
    }

    private static List<(string Key, string Value)> Query(string text) =>
        [.. text.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(p => (WebUtility.UrlDecode(p[0]), p.Length == 2 ? WebUtility.UrlDecode(p[1]) : ""))];
}
