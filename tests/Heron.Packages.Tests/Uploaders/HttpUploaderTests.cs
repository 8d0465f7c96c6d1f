// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Packages.Uploaders;
using Heron.Testing;
using Heron.Testing.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Uploaders;

public sealed class HttpUploaderTests : IDisposable
{
    private const string DownloadUri = "http://api.example:9000/api/v1/file/download/1111-topology.tar.gz";

    private readonly HttpClient _client = HttpUploader.CreateClient();
    private readonly SamplePackage _sample = new();

    public void Dispose()
    {
        _client.Dispose();
        _sample.Dispose();
    }

    [Fact]
    public async Task Package_is_posted_as_the_part_named_file_and_the_answer_is_its_URI()
    {
        byte[]? received = null;
        await using var server = await UploadServer.StartAsync(async context =>
        {
            Assert.Equal("/api/v1/file/upload", context.Request.Path);
            Assert.Equal("POST", context.Request.Method);
            Assert.True(context.Request.ContentLength > _sample.Package.Length);
            var part = Assert.Single((await context.Request.ReadFormAsync()).Files);
            Assert.Equal("file", part.Name);
            using var copy = new MemoryStream();
            await part.CopyToAsync(copy);
            received = copy.ToArray();
            await context.Response.WriteAsync(DownloadUri + "\n");
        });
        var published = await Uploader(server).PublishAsync(_sample.Package, default);
        Assert.Equal(new PublishedPackage(DownloadUri, _sample.Package.Sha256), published);
        Assert.Equal(_sample.Bytes, received);
    }

    [Theory]
    [InlineData(400, FaultKind.BadGateway)]
    [InlineData(404, FaultKind.BadGateway)]
    [InlineData(413, FaultKind.BadGateway)]
    [InlineData(500, FaultKind.BadGateway)]
    [InlineData(302, FaultKind.BadGateway)]
    [InlineData(507, FaultKind.OutOfSpace)]
    public async Task Refusal_reaches_the_user_with_status_and_words(int status, FaultKind kind)
    {
        await using var server = await UploadServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            await context.Response.WriteAsync("{\"message\":\"no room\r\nhere\"}");
        });
        var fault = await Assert.ThrowsAsync<HeronException>(() => Uploader(server).PublishAsync(_sample.Package, default));
        Assert.Equal(kind, fault.Kind);
        Assert.Contains($"status {status}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("no room here", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>login</html>")]
    [InlineData("/relative")]
    [InlineData("http://host/a b")]
    [InlineData("http://host/$(reboot)\nx")]
    public async Task Answer_that_is_no_URI_is_refused(string body)
    {
        await using var server = await UploadServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync(body);
        });
        var fault = await Assert.ThrowsAsync<HeronException>(() => Uploader(server).PublishAsync(_sample.Package, default));
        Assert.Equal(FaultKind.BadGateway, fault.Kind);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public async Task Endless_answer_is_not_read_to_its_end()
    {
        await using var server = await UploadServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 500;
            var block = new byte[64 * 1024];
            Array.Fill(block, (byte)'x');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block);
            }
        });
        var fault = await Assert.ThrowsAsync<HeronException>(() => Uploader(server).PublishAsync(_sample.Package, default));
        Assert.True(fault.Message.Length < 1000);
    }

    [Fact]
    public async Task Server_that_nobody_runs_is_named()
    {
        // Bound, so that nobody else gets it, and not listening.
        using var unused = new Socket(SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)unused.LocalEndPoint!).Port;
        var uploader = Uploader(new Uri($"http://127.0.0.1:{port}/upload"), NullLogger<HttpUploader>.Instance);
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.PublishAsync(_sample.Package, default));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains($"127.0.0.1:{port}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_hangs_up_in_the_middle_is_a_fault_not_a_hang()
    {
        await using var server = await UploadServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<HeronException>(() => Uploader(server).PublishAsync(_sample.Package, default));
    }

    [Fact]
    public async Task Upload_can_be_called_off()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await UploadServer.StartAsync(async context =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var cancellation = new CancellationTokenSource();
        var publishing = Uploader(server).PublishAsync(_sample.Package, cancellation.Token);
        await reached.Task.WaitAsync(Poll.Limit);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing.WaitAsync(Poll.Limit));
    }

    [Fact]
    public async Task Removing_deletes_nothing_and_says_so()
    {
        var log = new ListLogger();
        await Uploader(new Uri("http://127.0.0.1:1/"), log).RemoveAsync(new PublishedPackage(DownloadUri, null), default);
        Assert.Contains(DownloadUri, Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Address_is_optional_and_must_be_http()
    {
        Assert.Null(TestParts.Read(findings => HttpUploaderOptions.Read(HeronConfig.Empty, findings)));
        Assert.Equal("http://h:9000/api/v1/file/upload", Read("http://h:9000/api/v1/file/upload")!.Address.ToString());
        foreach (var wrong in new[] { "h:9000/upload", "ftp://h/", "/upload" })
        {
            Assert.Throws<HeronException>(() => Read(wrong));
        }

        static HttpUploaderOptions? Read(string address) => TestParts.Read(
            findings => HttpUploaderOptions.Read(new HeronConfig([new(HttpUploaderOptions.AddressKey, address)]), findings));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_accepts_and_then_says_nothing_is_given_up_and_named(bool takesTheBody)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await UploadServer.StartAsync(async context =>
        {
            if (takesTheBody)
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }

            await end.Task;
        });
        using var sample = new SamplePackage(length: 30_000_000);
        using var client = HttpUploader.CreateClient();
        using var uploader = new HttpUploader(
            new HttpUploaderOptions(new Uri(server.Address, "/api/v1/file/upload"))
            {
                Patience = UploadPatience.Default with { Silence = TimeSpan.FromSeconds(0.5) },
            },
            client,
            NullLogger<HttpUploader>.Instance,
            TimeProvider.System);
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.PublishAsync(sample.Package, default));
        end.SetResult();
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Contains("neither took bytes nor answered", fault.Message, StringComparison.Ordinal);
        Assert.Contains("heron.uploader.http.uri", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_and_token_of_the_address_are_sent_and_never_shown()
    {
        string? authorization = null;
        await using var server = await UploadServer.StartAsync(async context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 403;
        });
        var address = new UriBuilder(server.Address) { UserName = "heron", Password = "p%40ss", Query = "token=t0ken" }.Uri;
        using var uploader = Uploader(address, NullLogger<HttpUploader>.Instance);
        var fault = await Assert.ThrowsAsync<HeronException>(() => uploader.PublishAsync(_sample.Package, default));
        Assert.Equal("Basic " + Convert.ToBase64String("heron:p@ss"u8), authorization);
        Assert.DoesNotContain("p%40ss", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", fault.Message, StringComparison.Ordinal);
    }

    private HttpUploader Uploader(UploadServer server) =>
        Uploader(new Uri(server.Address, "/api/v1/file/upload"), NullLogger<HttpUploader>.Instance);

    private HttpUploader Uploader(Uri address, ILogger<HttpUploader> logger) =>
        new(new HttpUploaderOptions(address), _client, logger, TimeProvider.System);

    private sealed class ListLogger : ILogger<HttpUploader>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
