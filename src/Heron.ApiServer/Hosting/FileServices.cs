// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Files;
using Heron.Core.Packages;
using Heron.Core.Scheduling;
using Heron.Core.Storage;
using Heron.Packages.Store;

namespace Heron.ApiServer.Hosting;

/// <summary>Registers the package store and what serves it.</summary>
internal static class FileServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, ServerSettings settings) => services
        .AddSingleton(settings.Urls)
        .AddSingleton(settings.UploadLimit)
        .AddSingleton(new CorePackages(settings.CorePackagePath, settings.CoreVersion))
        .AddSingleton<IServedCores, ServedCores>()
        .AddSingleton(_ => InstanceFolder.Open(settings.StoreFolder))
        .AddSingleton(s => ActivatorUtilities.CreateInstance<PackageStore>(s, settings.StoreFolder, settings.Store))
        .AddSingleton<IPackageStore>(s => s.GetRequiredService<PackageStore>())
        .AddSingleton<SelfUploader>()
        .AddSingleton<Upload>()
        .AddSingleton<UploadGate>(_ => new UploadGate())
        .AddSingleton<DryRunGate>(_ => new DryRunGate())
        .AddHostedService<StoreSweeper>();
}
