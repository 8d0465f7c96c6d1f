// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Heron.Core;
using Microsoft.Extensions.Logging;

namespace Heron.Scheduler.Nomad.Client;

/// <content>What is said of a Nomad that refuses, or that cannot be reached: in answers, and in the log.</content>
internal sealed partial class NomadTransport
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromMinutes(1);

    private long? _faultTold;

    /// <summary>
    /// One line a minute says that Nomad does not answer as it should; the rest, a line for each of many containers and tries, is for
    /// who looks closely. What fails for good is told with the topology that it was for.
    /// </summary>
    private LogLevel NextFaultLevel()
    {
        lock (_retries)
        {
            var now = _time.GetTimestamp();
            if (_faultTold is { } told && _time.GetElapsedTime(told, now) < FaultPause)
            {
                return LogLevel.Debug;
            }

            _faultTold = now;
            return LogLevel.Warning;
        }
    }

    private NomadException Refused(NomadReply reply, string action, string rights)
    {
        var words = NomadErrorText.Innermost(reply.Text);
        var said = words.Length > 0
            ? words
            : string.Create(CultureInfo.InvariantCulture, $"status {(int)reply.Status} without a text");
        var (kind, hint) = reply.Status switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => (
                FaultKind.BadGateway,
                $" (the token in {NomadKeys.Token} or NOMAD_TOKEN needs {rights} in the namespace)"),
            _ when reply.MayPass => (FaultKind.Unavailable, " (try again later)"),
            HttpStatusCode.NotFound => (FaultKind.BadGateway, $" (is {Address} the address of a Nomad agent?)"),
            _ => (FaultKind.BadGateway, ""),
        };
        return new NomadException(kind, $"Nomad refused to {action}: {said}{hint}", reply.Status, words);
    }

    private NomadException Unreachable(Exception fault) => new(
        FaultKind.Unavailable,
        IsTlsFault(fault)
            ? $"Nomad at {Address} and this server do not trust each other: {PeerWords.Of(fault)}. Check {NomadKeys.CaCert} (NOMAD_CACERT),"
                + $" {NomadKeys.TlsServerName} (NOMAD_TLS_SERVER_NAME, such as server.global.nomad) and {NomadKeys.ClientCert} (NOMAD_CLIENT_CERT)"
            : $"Nomad at {Address} cannot be reached: {PeerWords.Of(fault)}. Check {NomadKeys.SchedulerUri} and that the agent runs{PortHint}{ClientCertificateHint(fault)}",
        null,
        "",
        fault);

    // An agent that misses a client certificate says so only after the handshake, and what arrives is a broken connection.
    private string ClientCertificateHint(Exception fault) =>
        _settings is { ClientCert: null, Address.Scheme: "https" } && fault is HttpRequestException { InnerException: IOException }
            ? $". If it asks for client certificates (verify_https_client), set {NomadKeys.ClientCert} (NOMAD_CLIENT_CERT)"
            : "";

    private string PortHint => NomadAddress.PortWarning(_settings.Address) is { } warning ? $"; {warning}" : "";

    private static bool IsTlsFault(Exception fault) =>
        fault.InnerException is AuthenticationException or IOException { InnerException: AuthenticationException };

    private static partial class Log
    {
        [LoggerMessage(Message = "Nomad answered {Method} {Path} with {Status}: {Words}; it is asked again")]
        public static partial void PassingFault(ILogger logger, LogLevel level, string method, string path, int status, string words);

        [LoggerMessage(Message = "no connection to Nomad at {Address} for {Method} {Path}: {Reason}")]
        public static partial void BrokenConnection(ILogger logger, LogLevel level, string address, string method, string path, string reason);
    }
}
