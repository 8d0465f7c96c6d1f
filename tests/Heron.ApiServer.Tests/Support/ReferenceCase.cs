// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Support;

/// <summary>One file of tests/fixtures/reference/apiserver/requests or dry-run.</summary>
internal sealed record ReferenceCase(string Cluster, string Template, IReadOnlyList<ReferenceCase.Step> Steps)
{
    public static ReferenceCase Read(string name, string folder = "requests")
    {
        using var file = File.OpenRead(Fixtures.Reference("apiserver", folder, name + ".json"));
        var root = JsonDocument.Parse(file).RootElement;
        return new ReferenceCase(
            root.GetProperty("server").GetProperty("cluster").GetString()!,
            root.GetProperty("server").GetProperty("template").GetString()!,
            [.. root.GetProperty("steps").EnumerateArray().Select(s => new Step(s))]);
    }

    internal sealed record Answer(int Status, string Body)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public string? Message => Json.TryGetProperty("message", out var message) ? message.GetString() : null;
    }

    internal sealed class Step(JsonElement step)
    {
        public string Operation => step.GetProperty("op").GetString()!;

        public string? Definition => Text("definition") is { } path ? System.IO.Path.GetFileName(path) : null;

        public string? Binary => Text("binary");

        public IReadOnlyList<string> Path => [.. step.GetProperty("path").EnumerateArray().Select(p => p.GetString()!)];

        public int? Container => step.TryGetProperty("container_id", out var id) ? id.GetInt32() : null;

        public IEnumerable<KeyValuePair<string, string>> Parameters =>
            step.GetProperty("params").EnumerateArray().Select(p => KeyValuePair.Create(p[0].GetString()!, p[1].GetString()!));

        public IReadOnlyList<KeyValuePair<string, string>> Form =>
            [.. step.GetProperty("form").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!))];

        public Answer? Response => step.TryGetProperty("response", out var response)
            ? new Answer(response.GetProperty("status").GetInt32(), response.GetProperty("body").GetString() ?? "")
            : null;

        public byte[] Body()
        {
            var files = new List<(string, string, byte[])>();
            if (Definition is { } definition)
            {
                files.Add(("definition", $"filename=\"{definition}\"", File.ReadAllBytes(Fixtures.Reference("topologies", definition))));
            }

            if (Binary is { } binary)
            {
                files.Add(("topology", $"filename=\"{binary}\"", "fake topology binary\n"u8.ToArray()));
            }

            return Forms.Body(Form, [.. files]);
        }

        /// <summary>Sends the step's request as the CLI would.</summary>
        public Task<HttpResponseMessage> SendAsync(HttpClient client)
        {
            switch (Operation)
            {
                case "submit":
                    return client.PostAsync("/api/v1/topologies", Forms.Content(Body()));
                case "version":
                    return client.GetAsync("/api/v1/version");
            }

            var path = "/api/v1/topologies/" + string.Join('/', Path.Select(Uri.EscapeDataString));
            return Operation switch
            {
                "kill" => client.DeleteAsync(path),
                "restart" => client.PostAsync(path + "/restart", new FormUrlEncodedContent([new("container_id", (Container ?? -1).ToString())])),
                "update" => client.PostAsync(path + "/update", new FormUrlEncodedContent(Parameters)),
                _ => client.PostAsync($"{path}/{Operation}", null),
            };
        }

        private string? Text(string name) => step.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
