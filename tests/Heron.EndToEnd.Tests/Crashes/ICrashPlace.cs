// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>Where a server that gets killed keeps a topology, seen past the server.</summary>
internal interface ICrashPlace
{
    /// <summary>The server's HOME with its store.</summary>
    ServerHome Home { get; }

    /// <summary>Every file of packages, notes and dead servers.</summary>
    IReadOnlyList<string> Files => Home.StoredFiles();

    /// <summary>How many of them a running topology has: its package, the package's description and its note.</summary>
    int FilesOfTopology => 3;

    /// <summary>Flags of the server.</summary>
    IReadOnlyList<string> Arguments { get; }

    /// <summary>Whether the scheduler may carry a request out after its server was killed: only the next use of the name finds that.</summary>
    bool ContainersComeLate => false;

    /// <summary>Starts a server that serves.</summary>
    Task<ServerProcess> StartServerAsync() => ServerProcess.StartAsync(ServerProcess.Product, Home.Path, Arguments);

    /// <summary>Makes things hard for the requests that follow.</summary>
    Task BeforeRequestsAsync(Random random) => Task.CompletedTask;

    /// <summary>Lets what is under way come to its end, and makes things easy again.</summary>
    Task BeforeLookingAsync() => Task.CompletedTask;

    /// <summary>What the state manager keeps of topologies, <c>directory/name</c>.</summary>
    Task<IReadOnlyList<string>> StateAsync();

    /// <summary>The containers that run, or the jobs that shall, and what the scheduler keeps about them otherwise.</summary>
    Containers Containers();
}
