using Heron.Testing.State;

namespace Heron.Core.Tests.State;

public sealed class LocalFileSystemConformanceTests : StateManagerConformance
{
    protected override Task<IStateStore> OpenStoreAsync() => Task.FromResult<IStateStore>(new LocalFolderStore());
}
