// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Errors;
using Heron.ApiServer.Tests.Support;
using Heron.Core;
using Heron.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heron.ApiServer.Tests.Errors;

public sealed class ErrorMiddlewareTests : IDisposable
{
    private readonly CollectedLog _log = new();
    private readonly LoggerFactory _loggers;

    public ErrorMiddlewareTests() => _loggers = new LoggerFactory([_log]);

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task A_fault_that_is_met_after_the_client_has_left_is_in_the_log()
    {
        await RunAfterClientLeftAsync(new InvalidOperationException("the disk is on fire"));
        await RunAfterClientLeftAsync(new HeronException(FaultKind.BadGateway, "Nomad is not amused"));

        Assert.Contains(_log.Lines, line => line.Contains("the disk is on fire", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Contains("Nomad is not amused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_follows_from_the_clients_leaving_is_not()
    {
        await RunAfterClientLeftAsync(new OperationCanceledException());
        await RunAfterClientLeftAsync(new IOException("the connection was reset"));

        Assert.Empty(_log.Lines);
    }

    private Task RunAfterClientLeftAsync(Exception fault)
    {
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        return new ErrorMiddleware(_ => Task.FromException(fault), new OwnFolders(), new Logger<ErrorMiddleware>(_loggers)).InvokeAsync(context);
    }
}
