// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Lifecycle.Replay;

/// <summary>One step of a recorded case.</summary>
internal sealed class RecordedStep(JsonElement step)
{
    public string Operation => step.GetProperty("op").GetString()!;

    public int Status => step.GetProperty("response").GetProperty("status").GetInt32();

    /// <summary>The JSON body of the recorded answer.</summary>
    public JsonElement Body => JsonDocument.Parse(step.GetProperty("response").GetProperty("body").GetString()!).RootElement;

    public string? Message => Body.TryGetProperty("message", out var message) ? message.GetString() : null;

    /// <summary>The rendered plan of a dry run, or null.</summary>
    public string? Response => Body.TryGetProperty("response", out var response) ? response.GetString() : null;

    public IReadOnlyList<KeyValuePair<string, string>> Parameters =>
        [.. step.GetProperty("params").EnumerateArray().Select(p => KeyValuePair.Create(p[0].GetString()!, p[1].GetString()!))];

    public string Path => string.Join('/', step.GetProperty("path").EnumerateArray().Select(p => Uri.EscapeDataString(p.GetString()!)));

    public string? Text(string property) => step.TryGetProperty(property, out var value) ? value.GetString() : null;

    /// <summary>Status that the topology manager answers with in this step.</summary>
    public int ManagerStatus => step.TryGetProperty("behaviour", out var behaviour)
        && behaviour.TryGetProperty("tmanager_status", out var status) ? status.GetInt32() : 200;

    /// <summary>Path and query of the requests that the topology manager got.</summary>
    public IReadOnlyList<string> ManagerRequests => step.TryGetProperty("tmanager_requests", out var requests)
        ? [.. requests.EnumerateArray().Select(r => $"{r.GetProperty("path")}?{r.GetProperty("query")}")]
        : [];

    /// <summary>Bytes of a node after the step.</summary>
    public byte[] Node(string directory, string name) => step.GetProperty("state_after").EnumerateArray()
        .Single(n => n.GetProperty("path").GetString()!.EndsWith($"/{directory}/{name}", StringComparison.Ordinal))
        .GetProperty("data_base64").GetBytesFromBase64();

    /// <summary>The multipart body of a submission.</summary>
    public ByteArrayContent Submission()
    {
        var file = System.IO.Path.GetFileName(Text("definition")!);
        var content = new ByteArrayContent(Forms.Body(
            step.GetProperty("form").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)),
            ("definition", $"filename=\"{file}\"", File.ReadAllBytes(Fixtures.Reference("topologies", file))),
            ("topology", $"filename=\"{Text("binary")}\"", "fake topology binary\n"u8.ToArray())));
        content.Headers.TryAddWithoutValidation("Content-Type", Forms.ContentType);
        return content;
    }
}
