// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Support;

/// <summary>Makes multipart bodies as the CLI writes them.</summary>
internal static class Forms
{
    public const string Boundary = "0123456789abcdef0123456789abcdef";

    public const string ContentType = "multipart/form-data; boundary=" + Boundary;

    public static byte[] Definition(string name) => File.ReadAllBytes(Fixtures.Reference("topologies", name + ".defn"));

    /// <summary>A body of text fields and files; a file is given as name, file name header and content.</summary>
    public static byte[] Body(
        IEnumerable<KeyValuePair<string, string>> fields, params (string Name, string FileNameHeader, byte[] Content)[] files)
    {
        var body = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }

        foreach (var (name, fileName, content) in files)
        {
            Write($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; {fileName}\r\n\r\n");
            body.Write(content);
            Write("\r\n");
        }

        Write($"--{Boundary}--\r\n");
        return body.ToArray();

        void Write(string text) => body.Write(Encoding.UTF8.GetBytes(text));
    }

    public static Dictionary<string, string> Fields(string name = "exclamation") => new()
    {
        ["name"] = name,
        ["cluster"] = "nomad",
        ["role"] = "ads",
        ["environment"] = "devel",
        ["user"] = "alice",
    };

    public static byte[] Submission(
        IEnumerable<KeyValuePair<string, string>>? fields = null,
        byte[]? definition = null,
        string definitionFile = "exclamation.defn",
        string binaryFile = "exclamation.jar",
        byte[]? binary = null) => Body(
        fields ?? Fields(),
        ("definition", $"filename=\"{definitionFile}\"", definition ?? Definition("exclamation")),
        ("topology", $"filename=\"{binaryFile}\"", binary ?? "fake topology binary\n"u8.ToArray()));

    public static ByteArrayContent Content(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        return content;
    }

    public static byte[] RawPost(string path, byte[] body, string contentType = ContentType)
    {
        var head = Encoding.Latin1.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\nContent-Type: {contentType}\r\n\r\n");
        return [.. head, .. body];
    }
}
