// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Lifecycle.Replay;

/// <summary>One recorded case of the Java server: a server and the requests sent to it.</summary>
internal sealed record RecordedLife(string Template, IReadOnlyList<RecordedStep> Steps)
{
    public static RecordedLife Read(params string[] path)
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Reference(path))).RootElement;
        return new RecordedLife(
            root.GetProperty("server").GetProperty("template").GetString()!,
            [.. root.GetProperty("steps").EnumerateArray().Select(s => new RecordedStep(s))]);
    }
}
