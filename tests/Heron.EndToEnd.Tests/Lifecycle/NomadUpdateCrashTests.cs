// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Lifecycle.World;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>
/// Kill -9 of the server at every step of an update: jobs of Nomad, state in a folder.
/// </summary>
public sealed class NomadUpdateCrashTests
{
    [Fact]
    public Task The_topology_is_as_before_or_as_asked_and_the_same_request_finishes_the_job() => UpdateCrash.RunAllAsync(
        Runs.Nomad,
        Keeps.Folder,
        UpdateCrash.EveryStep);
}
