using System.Globalization;
using System.Net;
using System.Text;
using Google.Protobuf;
using Heron.Core;
using Heron.Core.Daemons;
using Heron.Core.Protobuf;
using Heron.Core.State;

namespace Heron.ApiServer.Lifecycle.TopologyManager;

/// <summary>
/// Speaks to the controller of a topology's manager, which is found in the state manager. All of it is HTTP GET, as
/// heron-core's manager offers it.
/// </summary>
/// <param name="http">One for all topologies; its connections are pooled.</param>
/// <param name="state">Knows where the managers are.</param>
/// <param name="deadline">For one request, from connecting to the last byte; null for 30 seconds.</param>
public sealed class TopologyManagerClient(HttpClient http, IStateManager state, TimeSpan? deadline = null) : ITopologyManager
{
    private const int MaxQuotedLength = 300;

    private readonly TimeSpan _deadline = deadline ?? TimeSpan.FromSeconds(30);

    /// <summary>The HTTP client that fits: no proxy, since managers are inside the cluster, and bounded answers.</summary>
    public static HttpClient CreateHttpClient()
    {
#pragma warning disable CA2000 // The client owns its handler and disposes it.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
#pragma warning restore CA2000
        return new HttpClient(handler, disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
    }

    /// <summary>Lets the spouts run.</summary>
    /// <exception cref="HeronException">
    /// <see cref="FaultKind.Unavailable"/>: no manager is registered or it does not answer;
    /// <see cref="FaultKind.BadGateway"/>: it refused.
    /// </exception>
    public Task ActivateAsync(string topologyName, CancellationToken cancellationToken) =>
        SendAsync(topologyName, "activate", "", cancellationToken);

    /// <summary>Stops the spouts.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>.</exception>
    public Task DeactivateAsync(string topologyName, CancellationToken cancellationToken) =>
        SendAsync(topologyName, "deactivate", "", cancellationToken);

    /// <summary>Changes settings of the running topology; they show in the physical plan as <c>KEY:runtime</c>.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>.</exception>
    public Task UpdateRuntimeConfigAsync(
        string topologyName, IReadOnlyList<RuntimeSetting> settings, CancellationToken cancellationToken)
    {
        var query = new StringBuilder();
        foreach (var setting in settings)
        {
            query.Append("&runtime-config=").Append(Uri.EscapeDataString(setting.ToString()));
        }

        return SendAsync(topologyName, "runtime_config/update", query.ToString(), cancellationToken);
    }

    /// <summary>The plan that the manager works by now, or null when it has none yet.</summary>
    /// <exception cref="HeronException">As for <see cref="ActivateAsync"/>, or what came is no plan.</exception>
    public async Task<PhysicalPlan?> GetCurrentPhysicalPlanAsync(
        string topologyName, CancellationToken cancellationToken)
    {
        const string Command = "get_current_physical_plan";
        var text = await SendAsync(topologyName, Command, "", cancellationToken);
        try
        {
            return text.Length == 0 ? null : PhysicalPlan.Parser.ParseFrom(Convert.FromBase64String(text.Trim()));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            throw new HeronException(
                FaultKind.BadGateway,
                $"The topology manager of {topologyName} answered {Command} with something that is no physical plan",
                e);
        }
    }

    private static Uri UriOf(TManagerLocation location, string command, string query)
    {
        if (Uri.CheckHostName(location.Host) == UriHostNameType.Unknown || location.ControllerPort is <= 0 or > 65535)
        {
            throw new HeronException(
                FaultKind.BadGateway,
                $"Invalid URL for TManager endpoint: host '{location.Host}', port {location.ControllerPort}");
        }

        return new UriBuilder("http", location.Host, location.ControllerPort, command)
        {
            Query = "topologyid=" + Uri.EscapeDataString(location.TopologyId) + query,
        }.Uri;
    }

    private static string Quote(string body)
    {
        var line = body.ReplaceLineEndings(" ").Trim();
        return line.Length switch
        {
            0 => "",
            <= MaxQuotedLength => $": {line}",
            _ => string.Concat(": ", line.AsSpan(0, MaxQuotedLength), "..."),
        };
    }

    private async Task<string> SendAsync(
        string topologyName, string command, string query, CancellationToken cancellationToken)
    {
        var location = await state.GetTManagerLocationAsync(topologyName, cancellationToken)
            ?? throw new HeronException(
                FaultKind.Unavailable,
                $"Failed to fetch TManager location for topology: {topologyName}. Its container 0 is not running or "
                + "still starting; try again in a moment, or look at container 0 in the scheduler");
        var uri = UriOf(location, command, query);

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_deadline);
        try
        {
            using var response = await http.GetAsync(uri, timeout.Token);
            var body = await response.Content.ReadAsStringAsync(timeout.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? body
                : throw new HeronException(
                    FaultKind.BadGateway,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Non OK HTTP response {(int)response.StatusCode} from TManager for command {command}{Quote(body)}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(uri, command, $"no answer within {_deadline.TotalSeconds:0.#} s", null);
        }
        catch (HttpRequestException e)
        {
            throw Silent(uri, command, e.Message, e);
        }
    }

    private static HeronException Silent(Uri uri, string command, string why, Exception? cause) => new(
        FaultKind.Unavailable,
        $"Failed to receive HTTP response from TManager using command: `{command}`: {uri.Authority}: {why}. "
        + "Its container 0 may be restarting; try again in a minute",
        cause);
}
