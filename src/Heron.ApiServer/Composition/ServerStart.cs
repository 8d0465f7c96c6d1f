// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Hosting;
using Heron.ApiServer.Watch;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Packages.Store;

namespace Heron.ApiServer.Composition;

/// <summary>From the command line's options to a server that can be run.</summary>
internal static class ServerStart
{
    /// <summary>
    /// Builds the server. Everything an operator can get wrong is looked at before anything is started, and all mistakes
    /// are told together.
    /// </summary>
    /// <param name="options">What the command line says.</param>
    /// <param name="findings">
    /// Gets one line for everything that has to be put right first. May hold mistakes of the command line already: then
    /// everything is looked at, and nothing is built.
    /// </param>
    /// <param name="catalog">The parts to choose from.</param>
    /// <param name="replace">Lets a test replace services; null in the product.</param>
    /// <returns>The server, not started yet, or null when there are mistakes.</returns>
    public static async Task<WebApplication?> TryBuildAsync(
        ServerOptions options, Findings findings, PartCatalog catalog, Action<IServiceCollection>? replace = null)
    {
        NativeHeap.Bound();
        var builder = Task.Run(ApiServerApplication.Begin);
#pragma warning disable CA2000 // Kestrel takes the socket over; without a server it is disposed below.
        var socket = findings.Try(() => ListenSocket.Bind(options.BindAddress, options.Port));
        var downloads = options.DownloadListen is { } listen
            ? findings.Try(() => ListenSocket.Bind(listen.Address, listen.Port, "--download-listen", "--download-listen"))
            : null;
#pragma warning restore CA2000
        var start = StartChecks.Load(options, HostEnvironment.OfThisProcess(), catalog, findings);
        AccessServices.Check(options.Access, options.BindAddress, findings);
        if (socket is null || start is null || findings.Mistakes.Count > 0)
        {
            socket?.Dispose();
            downloads?.Dispose();
            return null;
        }

        var urls = new ServerUrls(
            options.DownloadHostname, socket.Port, options.DownloadPort ?? downloads?.Port, options.DownloadUrl, isTls: options.Access.TlsCertificate is not null);
        if (options.Access.UsersFile is not null)
        {
            urls = urls.Signed(DownloadKeys.Open(start.StoreFolder, TimeProvider.System), start.CoreNeedsToken);
        }

        var configuration = WithOwnAddress(start.Configuration, options, urls);
        var settings = new ServerSettings
        {
            Cluster = options.Cluster,
            Urls = urls,
            Listens = (options.Access.TlsCertificate is null ? "http://" : "https://")
                + (options.BindAddress is null ? $"*:{socket.Port}, all addresses of this machine" : $"{socket.EndPoint}"),
            OptionsFile = options.File,
            CorePackagePath = options.HeronCorePackagePath,
            CoreVersion = start.Configuration.Base.Local.GetString(HeronCoreDetector.VersionKey),
            StoreFolder = start.StoreFolder,
            Store = start.Store with { Place = StatePlace.Of(options.Cluster, start.Configuration.Base.Local) },
            UploadLimit = start.UploadLimit,
            TrustedProxies = options.TrustedProxies,
            Log = options.Log,
            Access = options.Access,
            Release = configuration.Release,
            Warnings = [.. AccessServices.Warnings(options.Access, options.BindAddress), .. findings.Warnings],
        };

        return await ComposeAsync(await builder, settings, configuration, new ListenSockets(socket, downloads), services =>
        {
            start.Parts.AddTo(services);
            replace?.Invoke(services);
        });
    }

    /// <summary>Puts the server together, once all that an operator can get wrong is settled.</summary>
    /// <param name="builder">What <see cref="ApiServerApplication.Begin"/> has begun.</param>
    /// <param name="settings">What to serve.</param>
    /// <param name="configuration">What topologies run with.</param>
    /// <param name="sockets">Where to listen; the server takes them over.</param>
    /// <param name="parts">Adds state manager, scheduler, uploader and packing.</param>
    public static async Task<WebApplication> ComposeAsync(
        WebApplicationBuilder builder,
        ServerSettings settings,
        ServerConfiguration configuration,
        ListenSockets sockets,
        Action<IServiceCollection> parts)
    {
        var server = ApiServerApplication.Build(builder, settings, configuration, sockets, parts);
        server.StartCounting();
        ServerRun.TellVersion(server);

        // Where the state of this core's daemons lies is the first thing that a state manager is made with.
        server.Services.GetRequiredService<CoreInUse>().Version = await server.Services.GetRequiredService<HeronCoreDetector>()
            .DetectAsync(configuration.Base.Local, server.Services.GetRequiredService<CorePackages>().Default, CancellationToken.None);
        ApiServerApplication.Map(server);
        return server;
    }

    // Containers fetch from here without proxies. When we serve the core package and nobody names another place that could be,
    // they get that from here too.
    private static ServerConfiguration WithOwnAddress(
        ServerConfiguration configuration, ServerOptions options, ServerUrls urls)
    {
        var settings = new Dictionary<string, object?> { [StartScript.ServerUrlKey] = urls.Base };
        if (options.HeronCorePackagePath is not null
            && CoreSource.Mistake(configuration.Base.Local, configuration.IsSet, nodesAreHere: false) is not null)
        {
            settings[ConfigKeys.CorePackageUri] = urls.Core;
            settings[ConfigKeys.UseCorePackageUri] = true;
        }

        return configuration.With(settings);
    }
}
