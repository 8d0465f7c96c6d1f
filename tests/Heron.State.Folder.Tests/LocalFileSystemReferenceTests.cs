// SPDX-License-Identifier: Apache-2.0
using Heron.Testing.State;

namespace Heron.State.Folder.Tests;

public sealed class LocalFileSystemReferenceTests : ReferenceStateReplay
{
    protected override string Recording => "localfs";

    protected override Task<IStateStore> OpenStoreAsync() => Task.FromResult<IStateStore>(new LocalFolderStore());
}
