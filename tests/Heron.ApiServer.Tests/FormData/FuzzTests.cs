// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.FormData;

/// <summary>Sound requests with random damage: whatever arrives, nothing is answered with 500, and the next request is served.</summary>
[Trait("Category", Soak.Category)]
public sealed class FuzzTests
{
    private static readonly TimeSpan Time = Soak.Pick(TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(30));

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "--", "--x", "--x--", "\r\n--x\r\n", "\r\n--x--", "=", "=3D", "=\r\n", "%", "%E9", "%00", "+", "&", ";", "\"", "''", "utf-8''%ff",
        "Content-Disposition: form-data; name=\"file\"", "Content-Disposition: form-data; name=\"definition\"; filename*=utf-8''a%zz",
        "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "Content-Type: text/plain; charset=utf-16\r\n",
        "_charset_", "charset=", "\0", "\u00ff", "\u00c3\u00a9", "container_id=-1", "component_parallelism=a:1", "/", "//", "/..", "%2e%2e", "?", "#", " ",
        "HTTP/1.0", "Expect: 100-continue\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Content-Encoding: gzip\r\n", "0\r\n\r\n",
    ];

    private static readonly string[] Seeds =
    [
        Post("/api/v1/file/upload", "multipart/form-data; boundary=x", Part("a", "1") + Part("file\"; filename=\"t.jar", "BYTES") + "--x--\r\n"),
        Post("/api/v1/topologies", "multipart/form-data; boundary=x", Part("name", "words") + Part("cluster", "nomad") + Part("role", "ads") + Part("definition\"; filename=\"w.defn", "\u0001\u0002") + Part("topology\"; filename=\"w.jar", "PK") + "--x--\r\n"),
        Post("/api/v1/topologies/nomad/ads/devel/words/update", "application/x-www-form-urlencoded", "component_parallelism=a%3A2&container_number=3&dry_run=True"),
        Post("/api/v1/topologies/nomad/ads/devel/words/restart", "application/x-www-form-urlencoded; charset=utf-8", "container_id=1"),
        Post("/api/v1/topologies/nomad/ads/devel/words/update", "multipart/form-data; boundary=x", Part("runtime_config", "a:b") + "--x--\r\n"),
        "DELETE /api/v1/topologies/nomad/ads/devel/words HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "GET /api/v1/file/download/00000000-0000-0000-0000-000000000000-topology.jar HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\nIf-Match: \"a\"\r\nConnection: close\r\n\r\n",
        "POST /api/v1/topologies/nomad/ads/devel/words/activate HTTP/1.0\r\nHost: h\r\n\r\n",
    ];

    [Fact]
    public async Task Damaged_requests_of_every_kind_are_answered_without_a_fault_of_the_server()
    {
        await using var server = await TestServer.StartAsync();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var end = DateTime.UtcNow + Time;
        var count = 0;
        while (DateTime.UtcNow < end)
        {
            var request = Damage(Seeds[random.Next(Seeds.Length)], random);
            var response = await server.SendRawAsync(Encoding.Latin1.GetBytes(request), halfClose: true);
            count++;
            if (response.Status is 500 or 502 or 504 || (response.Status >= 400 && response.Body.Length > 0 && !IsSentence(response)))
            {
                Assert.Fail($"seed {seed}, request {count}: {response.Status} {response.Text} for {request}");
            }
        }

        Assert.NotEqual(0, count);
        TestContext.Current.SendDiagnosticMessage($"{count} requests");
        Assert.Equal(System.Net.HttpStatusCode.OK, (await server.Client.GetAsync("/api/v1/version")).StatusCode);
    }

    private static bool IsSentence(RawResponse response)
    {
        try
        {
            return response.Message.Length > 0;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Damage(string request, Random random)
    {
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(request.Length + 1);
            var length = random.Next(Math.Min(12, request.Length - at) + 1);
            request = random.Next(4) switch
            {
                0 => request[..at] + Pieces[random.Next(Pieces.Length)] + request[at..],
                1 => request[..at] + Pieces[random.Next(Pieces.Length)] + request[(at + length)..],
                2 => request[..at] + request[(at + length)..],
                _ => request[..at] + (char)random.Next(256) + request[at..],
            };
        }

        return request;
    }

    private static string Part(string name, string value) => $"--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    private static string Post(string path, string contentType, string body) =>
        $"POST {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
