// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Packages;
using Heron.Packages.Store;

namespace Heron.ApiServer.Files;

/// <summary>Sweeps the package store at the start and every hour.</summary>
internal sealed partial class StoreSweeper(
    PackageStore store, IPackageHolders holders, TimeProvider time, ILogger<StoreSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var removed = await store.SweepAsync(holders, cancellationToken);
            if (removed > 0)
            {
                Log.Swept(logger, removed);
            }
        }
        catch (Exception fault) when (fault is HeronException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            Log.NotSwept(logger, ShownText.Of(fault.Message, ShownText.LineLength));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} packages that nobody needs any more are removed")]
        public static partial void Swept(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the package store is not swept now, and again in an hour: {Reason}")]
        public static partial void NotSwept(ILogger logger, string reason);
    }
}
