using Heron.ApiServer.Errors;
using Heron.ApiServer.Files;
using Heron.ApiServer.Topologies;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Heron.ApiServer.Hosting;

/// <summary>Puts the server together: services, the order of the pipeline, the routes.</summary>
public static class ApiServerApplication
{
    /// <summary>Builds a server that is not started yet.</summary>
    /// <param name="settings">What to serve and where.</param>
    /// <param name="services">Adds the parts that are chosen by configuration.</param>
    public static WebApplication Build(ServerSettings settings, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => KestrelSetup.Configure(k, settings.Bind, settings.Port));
        ConsoleLogging.Configure(builder.Logging, settings.Verbose);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(new ServerUrls(settings.DownloadHostname, settings.Port));
        builder.Services.AddSingleton(new CorePackage(settings.CorePackagePath));
        builder.Services.AddSingleton(new UploadLimit(settings.UploadLimit));
        builder.Services.AddSingleton(_ => InstanceFolder.Open(settings.StoreFolder));
        builder.Services.AddSingleton(s => new PackageStore(
            settings.StoreFolder, s.GetRequiredService<InstanceFolder>(), s.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<FileSender>();
        builder.Services.AddSingleton<Upload>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services(builder.Services);

        var app = builder.Build();

        // The order matters: what logs sees everything, what words errors sees every error, paths are mended before routing.
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseMiddleware<SmugglingMiddleware>();
        app.UseMiddleware<EmptySegmentMiddleware>();
        app.UseRouting();
        app.UseMiddleware<CaseSensitivePathMiddleware>();

        app.MapVersion();
        app.MapFiles();
        app.Lifetime.ApplicationStarted.Register(() => LearnPort(app));
        return app;
    }

    private static void LearnPort(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        if (addresses?.Addresses.FirstOrDefault() is { } address)
        {
            app.Services.GetRequiredService<ServerUrls>().Port = BindingAddress.Parse(address).Port;
        }
    }
}
