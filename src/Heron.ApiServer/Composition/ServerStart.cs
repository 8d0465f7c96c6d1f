using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Files;
using Heron.ApiServer.Hosting;
using Heron.Core;
using Heron.Core.Configuration;

namespace Heron.ApiServer.Composition;

/// <summary>From the command line's options to a server that can be run.</summary>
public static class ServerStart
{
    /// <summary>
    /// Builds the server. Everything an operator can get wrong is looked at before anything is started, and all mistakes
    /// are told together.
    /// </summary>
    /// <param name="options">What the command line says.</param>
    /// <param name="mistakes">
    /// Gets one line for everything that has to be put right first. May hold mistakes of the command line already: then
    /// everything is looked at, and nothing is built.
    /// </param>
    /// <param name="replace">Lets a test replace parts; null in the product.</param>
    /// <returns>The server, not started yet, or null when there are mistakes.</returns>
    public static WebApplication? TryBuild(
        ServerOptions options, ICollection<string> mistakes, Action<IServiceCollection>? replace = null)
    {
#pragma warning disable CA2000 // Kestrel takes the socket over; without a server it is disposed below.
        var socket = TryListen(options, mistakes);
#pragma warning restore CA2000
        var start = StartChecks.Load(options, HostEnvironment.OfThisProcess(), mistakes);
        if (socket is null || start is null || mistakes.Count > 0)
        {
            socket?.Dispose();
            return null;
        }

        var urls = new ServerUrls(options.DownloadHostname, socket.Port);
        var configuration = WithCorePackage(start.Configuration, options, urls);
        var settings = new ServerSettings
        {
            Cluster = options.Cluster,
            Urls = urls,
            CorePackagePath = options.HeronCorePackagePath,
            StoreFolder = start.StoreFolder,
            UploadLimit = start.UploadLimit,
            Verbose = options.Verbose,
            Release = configuration.Release,
            Warnings = start.Warnings,
        };

        // Paths of the state manager may name the cluster, as those of a request do.
        var local = configuration.ForRequest([new(ConfigKeys.Cluster, options.Cluster)], []).Local;
        return ApiServerApplication.Build(settings, configuration, socket, services =>
        {
            new ServerComponents(start.Parts, local).AddTo(services);
            replace?.Invoke(services);
        });
    }

    private static ListenSocket? TryListen(ServerOptions options, ICollection<string> mistakes)
    {
        try
        {
            return ListenSocket.Bind(options.BindAddress, options.Port);
        }
        catch (HeronException fault)
        {
            mistakes.Add(fault.Message);
            return null;
        }
    }

    // When we serve the core package and nobody says where else tasks get it from, they get it from here.
    private static ServerConfiguration WithCorePackage(
        ServerConfiguration configuration, ServerOptions options, ServerUrls urls) =>
        options.HeronCorePackagePath is null || configuration.NamesCorePackage
            ? configuration
            : configuration.With(new Dictionary<string, object?>
            {
                [ConfigKeys.CorePackageUri] = urls.Core,
                [ConfigKeys.UseCorePackageUri] = true,
            });
}
