using Heron.Testing.State;

namespace Heron.Core.Tests.State;

public sealed class LocalFileSystemReferenceTests : ReferenceStateReplay
{
    protected override string Recording => "localfs";

    protected override Task<IStateStore> OpenStoreAsync() => Task.FromResult<IStateStore>(new LocalFolderStore());
}
