// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using Heron.Core.Packages;
using Heron.Packages.Store;
using Heron.Packages.Uploaders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Packages.Tests.Conformance;

public sealed class LocalFileSystemUploaderConformanceTests : UploaderConformance
{
    protected override Task<IUploadTarget> OpenAsync() => Task.FromResult<IUploadTarget>(new FolderTarget(
        Path.Join(Path.GetTempPath(), $"heron-shared-{Guid.NewGuid():N}"),
        root => new LocalFileSystemUploader(
            new LocalFileSystemUploaderOptions(new FolderTemplate("key", root)), NullLogger<LocalFileSystemUploader>.Instance),
        FolderTarget.PathOfFileUri));
}

[SupportedOSPlatform("linux")]
public sealed class ScpUploaderConformanceTests : UploaderConformance
{
    private readonly StandInShell _shell = new();

    protected override Task<IUploadTarget> OpenAsync() => Task.FromResult<IUploadTarget>(new FolderTarget(
        Path.Join(_shell.Root, "remote"),
        root => new ScpUploader(
            new ScpUploaderOptions
            {
                ScpConnection = "heron@store",
                SshConnection = "heron@store",
                Folder = new FolderTemplate("key", root),
                ScpProgram = _shell.PathOf("scp"),
                SshProgram = _shell.PathOf("ssh"),
            },
            NullLogger<ScpUploader>.Instance,
            TimeProvider.System),
        FolderTarget.PathOfFileUri));
}

public sealed class S3UploaderConformanceTests : UploaderConformance
{
    protected override async Task<IUploadTarget> OpenAsync() => await ScriptedS3.StartAsync();
}

public sealed class HttpUploaderConformanceTests : UploaderConformance
{
    protected override async Task<IUploadTarget> OpenAsync() => await OtherServer.StartAsync();
}

public sealed class SelfUploaderConformanceTests : UploaderConformance
{
    protected override Task<IUploadTarget> OpenAsync() => Task.FromResult<IUploadTarget>(new OwnStore());

    private sealed class OwnStore : IUploadTarget
    {
        private readonly StoreFolder _folder = new();
        private readonly PackageStore _store;

        public OwnStore()
        {
            _store = _folder.Open();
            Uploader = new SelfUploader(_store, new ServerUrls("apiserver.example", 9000));
        }

        public IUploader Uploader { get; }

        public int Files => _folder.Files().Count;

        public async Task<byte[]?> FetchAsync(string uri)
        {
            Assert.StartsWith("http://apiserver.example:9000/api/v1/file/download/", uri, StringComparison.Ordinal);
            using var file = _store.Open(uri[(uri.LastIndexOf('/') + 1)..]);
            if (file is null)
            {
                return null;
            }

            var bytes = new byte[file.Length];
            await RandomAccess.ReadAsync(file.Handle, bytes, 0);
            return bytes;
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
