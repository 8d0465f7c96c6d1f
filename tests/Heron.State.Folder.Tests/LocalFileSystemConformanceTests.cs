// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.State;

namespace Heron.State.Folder.Tests;

public sealed class LocalFileSystemConformanceTests : StateManagerConformance
{
    protected override Task<IStateStore> OpenStoreAsync() => Task.FromResult<IStateStore>(new LocalFolderStore());
}
