using System.Runtime.Versioning;
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
            NullLogger<ScpUploader>.Instance),
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
