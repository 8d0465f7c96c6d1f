// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Configuration.Yaml;
using Heron.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>The OpenAPI document: that it is one, and that it and the routes of the server are the same.</summary>
public sealed partial class DocumentTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_route_is_an_operation_of_the_document_and_every_operation_is_a_route()
    {
        var routes = _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        Assert.All(routes, route => Assert.True(
            (route.Metadata.GetMetadata<RouteDescription>() is null) != (route.Metadata.GetMetadata<UndescribedRoute>() is null),
            $"{route.RoutePattern.RawText} needs .Described(...), or .NotDescribed(...) with the reason"));
        var described = routes.Where(route => route.Metadata.GetMetadata<RouteDescription>() is not null)
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(
                method => $"{method} {Constraints().Replace(route.RoutePattern.RawText!, "{$1}")}"));
        Assert.Equal(
            described.Order(StringComparer.Ordinal),
            (await ServedDocument.FetchAsync(_server.Client)).Operations.Select(o => o.ToString()).Order(StringComparer.Ordinal));
        Assert.All(
            routes.Select(route => route.Metadata.GetMetadata<UndescribedRoute>()).OfType<UndescribedRoute>(),
            route => Assert.NotEmpty(route.Reason));
    }

    [Theory]
    [InlineData("", OpenApiSpecVersion.OpenApi3_1)]
    [InlineData("?version=3.1", OpenApiSpecVersion.OpenApi3_1)]
    [InlineData("?version=3.0", OpenApiSpecVersion.OpenApi3_0)]
    public async Task A_reader_of_OpenAPI_finds_no_mistake_in_it(string query, OpenApiSpecVersion version)
    {
        var read = OpenApiDocument.Parse(await _server.Client.GetStringAsync(ServedDocument.Path + query), "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(version, read.Diagnostic.SpecificationVersion);
        var ids = read.Document!.Paths.Values.SelectMany(path => path.Operations!.Values).Select(operation => operation.OperationId!).ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task As_YAML_it_says_the_same()
    {
        var yaml = YamlReader.ReadMap(await _server.Client.GetStringAsync("/api/v1/openapi.yaml"), "openapi.yaml");

        var json = await ServedDocument.FetchAsync(_server.Client);
        Assert.Equal(json.Paths.Select(path => path.Key), ((YamlMap)yaml.Single(pair => pair.Key == "paths").Value!).Select(path => path.Key));
        using var answer = await _server.Client.GetAsync("/api/v1/openapi.yaml");
        Assert.Equal("application/yaml", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Everything_in_it_is_explained_and_every_example_is_what_its_schema_says()
    {
        var document = await ServedDocument.FetchAsync(_server.Client);

        Assert.All(document.Operations, operation =>
        {
            Assert.NotEmpty(operation.Body["summary"]!.GetValue<string>());
            Assert.All(operation.Parameters, parameter => Assert.NotEmpty(parameter["description"]!.GetValue<string>()));
            Assert.All(
                operation.Parameters.Where(parameter => parameter["example"] is not null),
                parameter => Assert.Null(document.Mistake(parameter["example"], parameter["schema"]!)));
            Assert.All(operation.Responses, response => Assert.NotEmpty(document.ResponseOf(operation, int.TryParse(response.Key, out var s) ? s : 599)!["description"]!.GetValue<string>()));
            foreach (var (status, response) in operation.Responses)
            {
                foreach (var (type, content) in response!["content"]?.AsObject() ?? [])
                {
                    if (content!["example"] is { } example)
                    {
                        Assert.True(
                            document.Mistake(example, content["schema"]!) is null,
                            $"the example of {status} of {operation}: {document.Mistake(example, content["schema"]!)}");
                    }
                    else
                    {
                        Assert.False(type == "application/json" && operation.Group != RouteGroups.Tracker, $"{status} of {operation} has no example");
                    }
                }
            }
        });
    }

    [Fact]
    public async Task It_is_sent_again_only_when_it_has_changed()
    {
        using var first = await _server.Client.GetAsync(ServedDocument.Path);
        using var again = new HttpRequestMessage(HttpMethod.Get, ServedDocument.Path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };

        Assert.Equal(HttpStatusCode.NotModified, (await _server.Client.SendAsync(again)).StatusCode);
        using var unknown = await _server.Client.GetAsync(ServedDocument.Path + "?version=2.0");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task The_right_that_an_operation_tells_is_the_one_that_the_server_asks_for()
    {
        var folder = Directory.CreateTempSubdirectory("openapi-").FullName;
        var users = Path.Join(folder, "users.yaml");
        await File.WriteAllTextAsync(users, $"users:\n  reader:\n    password: '{BCrypt.Net.BCrypt.HashPassword("secret", 4)}'\n    rights: ['read *']\n");
        await using (var server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = users }))
        {
            var reader = new System.Net.Http.Headers.AuthenticationHeaderValue("Basic", Convert.ToBase64String("reader:secret"u8));
            var document = new ServedDocument(JsonNode.Parse(await ReadAsync(server, reader))!);
            foreach (var operation in document.Operations)
            {
                var right = operation.Body["x-right"]?.GetValue<string>();
                Assert.Equal(right is not null, operation.Body["security"] is not null);
                Assert.Equal(right is not null, await StatusAsync(server, operation, null) == HttpStatusCode.Unauthorized);
                Assert.Equal(right is not null && !right.StartsWith("read", StringComparison.Ordinal), await StatusAsync(server, operation, reader) == HttpStatusCode.Forbidden);
            }
        }

        Scratch.Delete(folder);
    }

    [Fact]
    public async Task The_index_leads_to_all_that_needs_nothing_filled_in()
    {
        var index = JsonNode.Parse(await _server.Client.GetStringAsync("/api/v1"))!;

        var paths = index["links"]!.AsArray().Select(link => link!["path"]!.GetValue<string>()).ToList();
        Assert.All(
            ["/api/v1/topologies", "/api/v1/file", "/api/v1/version", ServedDocument.Path, "/health/ready", "/metrics", "/api/v1/events"],
            path => Assert.Contains(path, paths));
        foreach (var link in index["links"]!.AsArray().Where(link => link!["methods"]!.AsArray().Any(m => m!.GetValue<string>() == "GET")))
        {
            using var answer = await _server.Client.GetAsync(link!["path"]!.GetValue<string>());
            Assert.True(answer.IsSuccessStatusCode, $"{link}: {answer.StatusCode}");
        }
    }

    private static async Task<string> ReadAsync(TestServer server, System.Net.Http.Headers.AuthenticationHeaderValue login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ServedDocument.Path) { Headers = { Authorization = login } };
        using var answer = await server.Client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<HttpStatusCode> StatusAsync(
        TestServer server, ServedOperation operation, System.Net.Http.Headers.AuthenticationHeaderValue? login)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.Filled(name => name == "container" ? "1" : "x"));
        request.Headers.Authorization = login;
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    [GeneratedRegex(@"\{\*{0,2}(\w+)(:[^{}]*)?\}")]
    private static partial Regex Constraints();
}
