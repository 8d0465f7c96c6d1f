// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Errors;
using Heron.ApiServer.Files;
using Heron.ApiServer.Logging;
using Heron.ApiServer.OpenApi;
using Heron.ApiServer.Routing;
using Heron.ApiServer.Topologies;
using Heron.ApiServer.Watch;
using Heron.Core.Configuration;
using Heron.Core.Scheduling;
using Heron.Core.Storage;
using Heron.Operations;
using Heron.Packages.Uploaders;
using Heron.Pages.Sources;
using Microsoft.AspNetCore.Connections;

namespace Heron.ApiServer.Hosting;

/// <summary>Puts the server together: services, the order of the pipeline, the routes.</summary>
public static class ApiServerApplication
{
    /// <summary>
    /// Begins a server with what is the same whatever the configuration says. It takes about as long as reading that, so it can be done
    /// beside it.
    /// </summary>
    public static WebApplicationBuilder Begin()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost
            .UseKestrelCore()
            .UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<NetworkMemory>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(services => services.GetRequiredService<NetworkMemory>());
        builder.Services.AddHostedService<IdleMemory>();
        builder.Services.AddRoutingCore();

        // Every body is made at compile time. Without this each start would look for converters of all the types that there are.
        var bodies = ApiJson.Relaxed;
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = bodies);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTelemetry(ServerVersion.Text);
        return builder;
    }

    /// <summary>Builds a server that is not started yet.</summary>
    /// <param name="builder">What <see cref="Begin"/> has begun.</param>
    /// <param name="settings">What to serve.</param>
    /// <param name="configuration">What topologies run with.</param>
    /// <param name="sockets">Where to listen; the server takes them over.</param>
    /// <param name="components">Adds the parts that the configuration chooses: state manager, scheduler, uploader, packing.</param>
    public static WebApplication Build(
        WebApplicationBuilder builder,
        ServerSettings settings,
        ServerConfiguration configuration,
        ListenSockets sockets,
        Action<IServiceCollection> components)
    {
        var certificates = settings.Access.OpenCertificates(TimeProvider.System);
        builder.WebHost
            .UseSockets(transport =>
            {
                transport.CreateBoundListenSocket = sockets.Give;

                // What counts for HTTP/1.1, whatever Kestrel's own limit is.
                transport.MaxReadBufferSize = KestrelSetup.UnreadOfOne;
            })
            .ConfigureKestrel(kestrel => KestrelSetup.Configure(kestrel, sockets, certificates, settings.Connections));
        ServerLogging.Configure(builder.Logging, settings.Log);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(configuration);
        builder.Services.AddSingleton(FoldersOf(settings, configuration));
        builder.Services.AddSingleton(OverrideRules.From(configuration.Base.Local));
        builder.Services.AddSingleton(TemplateFolder.Read(configuration.Sources.TemplateDirectory, PackagedFiles.From(configuration.Base.Local)));
        builder.Services.AddSingleton<CoreInUse>();
        builder.Services.AddHostedService<RejectionListener>();
        builder.Services.AddFiles(settings);
        builder.Services.AddAccess(settings.Access, [settings.Urls.Host]);
        if (certificates is not null)
        {
            builder.Services.AddSingleton(certificates);
        }

        builder.Services.AddSingleton<Reloading>();
        builder.Services.AddObserving();
        builder.Services.AddHostedService<ComponentStarter>();
        builder.Services.AddSingleton(new ServedCluster(settings.Cluster));
        builder.Services.AddOperations();
        builder.Services.AddSingleton<PeerWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PeerWatch>());
        builder.Services.AddSingleton(services => new ApiDocument(
            services.GetRequiredService<EndpointDataSource>(), ServerVersion.Text, RequestLimits.Counts));
        builder.Services.AddSingleton<IApiReference, ApiReference>();
        builder.Services.AddPagesOf(settings);
        components(builder.Services);
        return builder.Build();
    }

    /// <summary>
    /// Adds what answers requests. What the routes are made from is made here, so everything that parts depend on, such as
    /// <see cref="CoreInUse"/>, is decided before.
    /// </summary>
    public static void Map(WebApplication app)
    {
        // The order matters: who asks is settled first, what logs sees everything, what words errors sees every error, paths are mended
        // before routing.
        app.UseMiddleware<ForwardedMiddleware>();
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.Use(app.Services.GetRequiredService<ServerSettings>().Requests.InvokeAsync);
        app.UseMiddleware<ForeignRequestMiddleware>();
        app.UseMiddleware<BodyCodingMiddleware>();
        app.UseMiddleware<EmptySegmentMiddleware>();
        app.UseRouting();
        app.UseMiddleware<CaseSensitivePathMiddleware>();
        app.UseDownloadListener();
        app.Use(ForeignRequestMiddleware.RefuseToolsAsync);
        app.UseAudit();
        app.UseAccess();

        app.MapVersion();
        app.MapApiDocument();
        app.MapHealth();
        app.MapFiles();
        app.MapTopologies();
        app.MapDescriptions();
        app.MapLifecycle();
        app.MapObserving();
        app.MapPagesOf();
        app.MapMetrics();
    }

    private static OwnFolders FoldersOf(ServerSettings settings, ServerConfiguration configuration)
    {
        var config = configuration.Base.Local;
        return new OwnFolders(
            settings.StoreFolder,
            settings.CorePackagePath,
            configuration.Sources.TemplateDirectory,
            Path.GetDirectoryName(settings.Access.UsersFile),
            Path.GetDirectoryName(settings.Access.AuditLog),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            AppContext.BaseDirectory,
            config.GetString(LocalFileSystemUploaderOptions.FolderKey),

            // In ZooKeeper this is no folder.
            config.GetString(ConfigKeys.StatemgrRootPath) is { Length: > 0 } root && Directory.Exists(root) ? root : null);
    }
}
