// SPDX-License-Identifier: Apache-2.0

/// <summary>One way to run a topology on Nomad.</summary>
internal interface IWay : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What is not measured: makes the topology.</summary>
    Task PrepareAsync(int containers);

    Task SubmitAsync();

    Task RestartAsync();

    Task KillAsync();

    /// <summary>What is not measured: removes what a kill leaves behind.</summary>
    Task CleanUpAsync();
}
