// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Heron.EndToEnd.Tests.Support;

namespace Heron.EndToEnd.Tests;

/// <summary>A store that cannot be written to any more, against the real program.</summary>
public sealed class ReadOnlyStoreTests : IDisposable
{
    private readonly ServerHome _home = new();

    public void Dispose()
    {
        Run("chmod", "-R", "u+w", _home.Path);
        _home.Dispose();
    }

    [Fact]
    public async Task A_store_that_becomes_read_only_refuses_uploads_goes_on_serving_and_takes_them_when_it_is_writable_again()
    {
        // No permission holds root back: then the server runs as nobody.
        string[] command = Environment.UserName == "root"
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ServerProcess.Product]
            : [ServerProcess.Product];
        if (command.Length > 1)
        {
            Assert.SkipUnless(
                Run(command[0], [.. command[1..^1], "test", "-x", ServerProcess.Product]) == 0, "nobody cannot run the program here");
            Assert.Equal(0, Run("chown", "-R", "65534:65534", _home.Path));
        }

        await using var server = await ServerProcess.StartAsync(command[0], _home.Path, [.. command[1..], "--cluster", "local"]);
        var uploaded = await UploadAsync(server);
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var path = new Uri(await uploaded.Content.ReadAsStringAsync()).AbsolutePath;
        var store = Path.Join(_home.Path, ".herondata", "repository", "topologies");
        Assert.Equal(0, Run("chmod", "-R", "a-w", store));

        var refused = await UploadAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("cannot be written to", await MessageAsync(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Submit.SendAsync(server.Client)).StatusCode);
        using var deleted = await server.Client.DeleteAsync("/api/v1/file/" + Path.GetFileName(path));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, deleted.StatusCode);
        Assert.Equal("bytes", await server.Client.GetStringAsync(path));

        Assert.Equal(0, Run("chmod", "-R", "u+w", store));
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync(server)).StatusCode);
        Assert.Equal("bytes", await server.Client.GetStringAsync(path));
    }

    private static async Task<HttpResponseMessage> UploadAsync(ServerProcess server)
    {
        using var form = new MultipartFormDataContent { { new StringContent("bytes"), "file", "x.jar" } };
        return await server.Client.PostAsync("/api/v1/file/upload", form);
    }

    private static async Task<string> MessageAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("message").GetString()!;
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
