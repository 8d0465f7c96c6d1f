// SPDX-License-Identifier: Apache-2.0
using Heron.Core.State;
using Xunit;

namespace Heron.Testing.State;

/// <summary>A store with the managers that a test opens on it, whatever the store.</summary>
public abstract class StateStoreTests : IAsyncLifetime
{
    private readonly List<IStateManager> _opened = [];
    private IStateStore? _store;
    private IStateManager? _manager;

    protected IStateStore Store => _store ?? throw new InvalidOperationException("not initialised");

    protected IStateManager Manager => _manager ?? throw new InvalidOperationException("not initialised");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<IStateStore> OpenStoreAsync();

    public async ValueTask InitializeAsync()
    {
        _store = await OpenStoreAsync();
        _manager = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var manager in _opened)
        {
            await manager.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task<IStateManager> OpenAsync(string tManagerDirectory = StatePaths.TManagersDirectory)
    {
        var manager = await Store.OpenAsync(tManagerDirectory);
        _opened.Add(manager);
        return manager;
    }
}
