// SPDX-License-Identifier: Apache-2.0
namespace Heron.Scheduler.Nomad;

/// <summary>Configuration keys of this scheduler. Those marked "ours" are unknown to the Java server, which ignores them.</summary>
internal static class NomadKeys
{
    /// <summary>Address of a Nomad agent; without a scheme it means <c>http://</c>, and <c>unix://</c> names a socket. Default <c>http://127.0.0.1:4646</c>.</summary>
    public const string SchedulerUri = "heron.nomad.scheduler.uri";

    /// <summary>CPU in MHz that one core of a packing plan asks for. Default 1000.</summary>
    public const string CoreFreqMapping = "heron.nomad.core.freq.mapping";

    /// <summary><c>docker</c> or <c>raw_exec</c>. Default <c>docker</c>, as in the Java server.</summary>
    public const string Driver = "heron.nomad.driver";

    /// <summary>Image of the docker driver. Default <c>apache/heron:latest</c>.</summary>
    public const string DockerImage = "heron.executor.docker.image";

    /// <summary><c>network_mode</c> of the docker driver. Default <c>default</c>.</summary>
    public const string NetworkMode = "heron.nomad.network.mode";

    /// <summary>Whether the metrics port is registered as a service. Default false.</summary>
    public const string MetricsServiceRegister = "heron.nomad.metrics.service.register";

    /// <summary>Seconds between checks of the metrics service. Default 10.</summary>
    public const string MetricsServiceCheckInterval = "heron.nomad.metrics.service.check.interval.sec";

    /// <summary>Seconds until a check of the metrics service fails. Default 2.</summary>
    public const string MetricsServiceCheckTimeout = "heron.nomad.metrics.service.check.timeout.sec";

    /// <summary>Tags of the metrics service besides the container's own, separated by commas.</summary>
    public const string MetricsServiceTags = "heron.nomad.metrics.service.additional.tags";

    /// <summary>Ours: <c>consul</c> or <c>nomad</c> (Nomad 1.3 and newer). Not sent when unset, which means Consul.</summary>
    public const string MetricsServiceProvider = "heron.nomad.metrics.service.provider";

    /// <summary>Path of a start script that replaces the built-in one.</summary>
    public const string JobTemplate = "heron.scheduler.job.template";

    /// <summary>Folder on the node under which each container has its working directory.</summary>
    public const string WorkingDirectory = "heron.scheduler.local.working.directory";

    /// <summary>Ours: datacenters that containers may run in, separated by commas. Default <c>dc1</c>.</summary>
    public const string Datacenters = "heron.nomad.datacenters";

    /// <summary>Ours: priority of the jobs, 1 to 100. Not sent when unset, which means 50.</summary>
    public const string Priority = "heron.nomad.priority";

    /// <summary>Ours: node pool (Nomad 1.6 and newer). Not sent when unset.</summary>
    public const string NodePool = "heron.nomad.node.pool";

    /// <summary>Ours: where ports are asked for: <c>task</c> (works from Nomad 0.8 on) or <c>group</c> (0.12 and newer, no deprecation warning). Default <c>task</c>.</summary>
    public const string PortShape = "heron.nomad.ports";

    /// <summary>
    /// Ours: megabytes of disk to reserve on the node, or <c>plan</c> for what the packing plan says. Not sent when unset, as by
    /// the Java server: then Nomad reserves its default of 300.
    /// </summary>
    public const string EphemeralDisk = "heron.nomad.ephemeral.disk.mb";

    /// <summary>Ours: how often a container is started again within the interval. Default 10.</summary>
    public const string RestartAttempts = "heron.nomad.restart.attempts";

    /// <summary>Ours: seconds in which restarts are counted. Default 300.</summary>
    public const string RestartInterval = "heron.nomad.restart.interval.sec";

    /// <summary>Ours: seconds before a container is started again. Default 10.</summary>
    public const string RestartDelay = "heron.nomad.restart.delay.sec";

    /// <summary>Ours: <c>delay</c> (go on after the interval, on the same node) or <c>fail</c> (give the container to another node). Default <c>delay</c>.</summary>
    public const string RestartMode = "heron.nomad.restart.mode";

    /// <summary>Ours: seconds before a lost or failed container is placed anew the first time. Default 30.</summary>
    public const string RescheduleDelay = "heron.nomad.reschedule.delay.sec";

    /// <summary>Ours: the longest such pause in seconds. Default 120.</summary>
    public const string RescheduleMaxDelay = "heron.nomad.reschedule.max.delay.sec";

    /// <summary>Ours: seconds that a container has to end by itself. Default 30.</summary>
    public const string KillTimeout = "heron.nomad.kill.timeout.sec";

    /// <summary>
    /// Ours: <c>task</c> to let a second task of each job clean the container's folder up when it has ended for good (Nomad 1.0 and
    /// newer), or <c>none</c>. Default <c>task</c>.
    /// </summary>
    public const string CleanUp = "heron.nomad.cleanup";

    /// <summary>Ours: <c>warn</c> (tell what cannot be placed), <c>require</c> (undo the submission then) or <c>off</c>. Default <c>warn</c>.</summary>
    public const string Placement = "heron.nomad.placement";

    /// <summary>
    /// Ours: the same for containers that an update adds, where <c>require</c> takes the update back before it has touched the running
    /// topology. Default <c>require</c>.
    /// </summary>
    public const string UpdatePlacement = "heron.nomad.update.placement";

    /// <summary>Ours: seconds to wait for placements. Default 10.</summary>
    public const string PlacementWait = "heron.nomad.placement.wait.sec";

    /// <summary>Ours: most requests to Nomad at once, 1 to 64. Default 8.</summary>
    public const string Parallelism = "heron.nomad.register.parallelism";

    /// <summary>Ours: seconds that one request may take. Default 30.</summary>
    public const string RequestTimeout = "heron.nomad.request.timeout.sec";

    /// <summary>Ours: how often a request is repeated on 429, 5xx and broken connections. Default 5.</summary>
    public const string Retries = "heron.nomad.retry.attempts";

    /// <summary>Ours: milliseconds before the first repetition; they grow, with jitter. Default 200.</summary>
    public const string RetryDelay = "heron.nomad.retry.delay.ms";

    /// <summary>Ours: ACL token; else <c>NOMAD_TOKEN</c>.</summary>
    public const string Token = "heron.nomad.token";

    /// <summary>Ours: namespace of the jobs; else <c>NOMAD_NAMESPACE</c>.</summary>
    public const string Namespace = "heron.nomad.namespace";

    /// <summary>Ours: region of the jobs; else <c>NOMAD_REGION</c>.</summary>
    public const string Region = "heron.nomad.region";

    /// <summary>Ours: PEM file of the authority that signed Nomad's certificate; else <c>NOMAD_CACERT</c>.</summary>
    public const string CaCert = "heron.nomad.cacert";

    /// <summary>Ours: folder of such PEM files; else <c>NOMAD_CAPATH</c>.</summary>
    public const string CaPath = "heron.nomad.capath";

    /// <summary>Ours: PEM file of this server's certificate; else <c>NOMAD_CLIENT_CERT</c>.</summary>
    public const string ClientCert = "heron.nomad.client.cert";

    /// <summary>Ours: PEM file of its key; else <c>NOMAD_CLIENT_KEY</c>.</summary>
    public const string ClientKey = "heron.nomad.client.key";

    /// <summary>Ours: name that Nomad's certificate must have; else <c>NOMAD_TLS_SERVER_NAME</c>.</summary>
    public const string TlsServerName = "heron.nomad.tls.server.name";

    /// <summary>Ours: true to accept any certificate; else <c>NOMAD_SKIP_VERIFY</c>.</summary>
    public const string TlsSkipVerify = "heron.nomad.tls.skip.verify";

    /// <summary>Ours: <c>user:password</c> for a proxy before Nomad; else <c>NOMAD_HTTP_AUTH</c>.</summary>
    public const string HttpAuth = "heron.nomad.http.auth";
}
