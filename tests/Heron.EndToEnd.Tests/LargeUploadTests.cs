// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;

namespace Heron.EndToEnd.Tests;

/// <summary>Uploads far larger than the memory that the server is given. HERON_SOAK=1 makes them 3 GiB.</summary>
public sealed class LargeUploadTests
{
    private const long Growth = 80L * 1024 * 1024;

    private static long Size => Environment.GetEnvironmentVariable("HERON_SOAK") == "1" ? 3L << 30 : 300_000_000;

    [Theory]
    [InlineData("/api/v1/file/upload", "file")]
    [InlineData("/api/v1/topologies", "topology")]
    public async Task A_large_upload_does_not_grow_the_server(string path, string field)
    {
        using var home = new ServerHome();
        await using var server = await ServerProcess.StartAsync(ServerProcess.Product, home.Path, ["--cluster", "local"]);
        server.Client.Timeout = TimeSpan.FromMinutes(10);
        (await server.Client.GetAsync("/api/v1/version")).EnsureSuccessStatusCode();
        var before = PeakBytes(server.Id);

        using var content = new GeneratedStream(Size);
        using var form = new MultipartFormDataContent { { new StreamContent(content, 256 * 1024), field, "large.jar" } };
        var response = await server.Client.PostAsync(path, form);
        var answer = await response.Content.ReadAsStringAsync();

        Assert.True(PeakBytes(server.Id) - before < Growth, $"{before} -> {PeakBytes(server.Id)}");
        if (field == "file")
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using var head = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(answer)));
            Assert.Equal(Size, head.Content.Headers.ContentLength);
            Assert.Equal($"\"{content.Sha256}\"", head.Headers.ETag!.ToString());
        }
        else
        {
            // The form has nothing but the file: it was read to its end, and is gone.
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            var store = Path.Join(home.Path, ".herondata", "repository", "topologies");
            Assert.DoesNotContain(StoreFiles.Of(store), f => new FileInfo(Path.Join(store, f)).Length > 1_000_000);
        }
    }

    private static long PeakBytes(int pid) => long.Parse(
        File.ReadLines($"/proc/{pid}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', '\t')[^2],
        CultureInfo.InvariantCulture) * 1024;

    /// <summary>So many bytes that no memory has to hold.</summary>
    private sealed class GeneratedStream(long size) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _pattern = RandomNumberGenerator.GetBytes(65_521);
        private long _position;

        public string? Sha256 { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => size;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var wanted = (int)Math.Min(Math.Min(count, _pattern.Length), size - _position);
            _pattern.AsSpan(0, wanted).CopyTo(buffer.AsSpan(offset));
            _hash.AppendData(buffer, offset, wanted);
            _position += wanted;
            if (_position == size && wanted > 0)
            {
                Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash());
            }

            return wanted;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
