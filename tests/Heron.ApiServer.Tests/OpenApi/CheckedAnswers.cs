// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Web;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>Holds every answer of a server against its document, and notes what was seen.</summary>
internal sealed class CheckedAnswers(ServedDocument document)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private readonly ConcurrentDictionary<(string Id, int Status), bool> _seen = new();

    public bool HasSeen(string id, int status) => _seen.ContainsKey((id, status));

    public bool HasSeenSuccess(string id) => _seen.Keys.Any(seen => seen.Id == id && seen.Status < 400);

    /// <summary>A client of a server, whose answers are checked.</summary>
    public HttpClient Over(Uri server) => new(this, disposeHandler: false) { BaseAddress = server };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var operation = document.Find(request.Method.Method, path);
        Assert.True(operation is not null, $"{request.Method} {path} is in no document");
        var response = await base.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        _seen[(operation.Id, status)] = true;
        var what = $"{operation} answered {status}";
        Assert.True(operation.Responses.ContainsKey($"{status}") || status >= 400, $"{what}, which is not in the document");
        if (status < 400)
        {
            var known = operation.Parameters.Where(p => p["in"]!.GetValue<string>() == "query").Select(p => p["name"]!.GetValue<string>()).ToList();
            Assert.All(HttpUtility.ParseQueryString(request.RequestUri.Query).AllKeys, key => Assert.Contains(key ?? "follow", known));
        }

        await CheckAsync(what, response, document.ResponseOf(operation, status)!, operation.Method == "HEAD");
        return response;
    }

    private async Task CheckAsync(string what, HttpResponseMessage response, JsonObject told, bool isHead)
    {
        Assert.All(
            told["headers"]?.AsObject().Where(header => header.Key is "ETag" or "Location" or "WWW-Authenticate" or "Retry-After" or "Content-Range") ?? [],
            header => Assert.True(
                response.Headers.NonValidated.Contains(header.Key) || response.Content.Headers.NonValidated.Contains(header.Key) || header.Value!["description"]!.GetValue<string>().StartsWith("Of a", StringComparison.Ordinal),
                $"{what} without the header {header.Key}"));
        if (isHead || response.Content.Headers.ContentLength == 0 || response.StatusCode == System.Net.HttpStatusCode.NotModified)
        {
            return;
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        var content = told["content"]?[type ?? ""];
        Assert.True(content is not null, $"{what} as {type}, which is not in the document: {told.ToJsonString()}");
        if (type == "application/json" && content["schema"] is { } schema)
        {
            await response.Content.LoadIntoBufferAsync();
            var body = await response.Content.ReadAsStringAsync();
            var mistake = document.Mistake(JsonNode.Parse(body), schema);
            Assert.True(mistake is null, $"{what}, and {mistake}: {body}");
        }
    }
}
