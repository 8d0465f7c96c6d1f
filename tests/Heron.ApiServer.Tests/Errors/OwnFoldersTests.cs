// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Tests.Support;
using Heron.Core.Storage;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Errors;

public sealed class OwnFoldersTests : IDisposable
{
    private const string Topology = "/api/v1/topologies/nomad/ads/devel/exclamation";

    private readonly string _folder = Directory.CreateTempSubdirectory("heron-own-").FullName;

    public void Dispose() => Scratch.Delete(_folder);

    [Theory]
    [InlineData("Could not find a part of the path '/var/lib/heron/store/.published/a.json'.", "Could not find a part of the path '.../.published/a.json'.")]
    [InlineData("the folder /var/lib/heron/store, was deleted", "the folder ..., was deleted")]
    [InlineData("/var/lib/heron/users.yaml: line 3", ".../users.yaml: line 3")]
    [InlineData("/var/lib/heron-2/x and /srv/var/lib/heron/x and a/var/lib/heron", "/var/lib/heron-2/x and /srv/var/lib/heron/x and a/var/lib/heron")]
    [InlineData("GET /api/v1/topologies / 7", "GET /api/v1/topologies / 7")]
    public void A_text_for_others_has_no_way_to_a_folder_of_the_server(string text, string shown) =>
        Assert.Equal(shown, new OwnFolders("/var/lib/heron", "/var/lib/heron/store/", "/", "", null, "relative", "/var/${HOME}/x").HideIn(text));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_is_gone_is_told_without_where_it_was(bool replacedByFile)
    {
        await using var server = await TestServer.StartAsync(folder: _folder);
        await server.SubmitAsync();
        Directory.Move(server.Store, server.Store + "-away");
        if (replacedByFile)
        {
            await File.WriteAllTextAsync(server.Store, "");
        }

        using var submission = Support.Forms.Content(Support.Forms.Submission(Support.Forms.Fields()));
        foreach (var request in new[]
        {
            new HttpRequestMessage(HttpMethod.Delete, Topology),
            new HttpRequestMessage(HttpMethod.Post, Topology + "/restart"),
            new HttpRequestMessage(HttpMethod.Post, "/api/v1/topologies") { Content = submission },
            new HttpRequestMessage(HttpMethod.Post, "/api/v1/file/upload")
            {
                Content = new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "x.jar" } },
            },
            new HttpRequestMessage(HttpMethod.Get, "/api/v1/events"),
            new HttpRequestMessage(HttpMethod.Get, "/api/v1/file"),
        })
        {
            using var answer = await server.Client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.NotEqual((request.RequestUri, HttpStatusCode.InternalServerError, text), (request.RequestUri, answer.StatusCode, text));
            Assert.DoesNotContain(_folder, text, StringComparison.Ordinal);
            request.Dispose();
        }
    }
}
