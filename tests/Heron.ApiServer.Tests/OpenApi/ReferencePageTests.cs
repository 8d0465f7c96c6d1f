// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Tests.Support;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Heron.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>The API for people: the page of the server, and docs/api.md, are made from the document.</summary>
public sealed class ReferencePageTests : IAsyncLifetime
{
    /// <summary>When this variable is set, docs/api.md is written anew.</summary>
    internal const string Renew = "HERON_RENEW_DOCS";

    private static readonly string File = Path.Join(Fixtures.RepositoryRoot, "docs", "api.md");

    private TestServer _server = null!;

    private ApiReferenceView Reference => _server.Services.GetRequiredService<IApiReference>().Read();

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_page_has_every_operation_with_its_path_and_every_body_and_needs_no_script_to_be_read()
    {
        using var answer = await _server.Client.GetAsync("/docs");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("unsafe", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        foreach (var operation in (await ServedDocument.FetchAsync(_server.Client)).Operations.Where(o => o.Method != "HEAD"))
        {
            Assert.Contains($"id=\"{operation.Id}\"", page, StringComparison.Ordinal);
            Assert.Contains($" {operation.Path}</h3>", page, StringComparison.Ordinal);
            Assert.All(operation.Parameters, parameter => Assert.Contains(parameter["description"]!.GetValue<string>(), page, StringComparison.Ordinal));
        }

        Assert.All((await ServedDocument.FetchAsync(_server.Client)).Schemas, schema => Assert.Contains($"id=\"body-{schema.Key}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_reference_in_docs_is_what_the_server_says()
    {
        var made = MarkdownReference.Of(Reference);
        if (Environment.GetEnvironmentVariable(Renew) is { Length: > 0 })
        {
            System.IO.File.WriteAllText(File, made);
        }

        Assert.True(
            System.IO.File.Exists(File) && System.IO.File.ReadAllText(File) == made,
            $"docs/api.md is not what the server says: {Renew}=1 dotnet test tests/Heron.ApiServer.Tests --filter {nameof(ReferencePageTests)} writes it anew");
    }
}
