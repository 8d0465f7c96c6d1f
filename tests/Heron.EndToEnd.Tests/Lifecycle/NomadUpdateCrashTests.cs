// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Lifecycle.World;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Lifecycle;

/// <summary>
/// Kill -9 of the server at steps of an update: jobs of Nomad, state in a folder. The short form has those at which Nomad matters;
/// <see cref="LocalUpdateCrashTests"/> has every step in every run.
/// </summary>
[Trait("Category", Soak.Category)]
public sealed class NomadUpdateCrashTests
{
    [Fact]
    public Task The_topology_is_as_before_or_as_asked_and_the_same_request_finishes_the_job() => UpdateCrash.RunAllAsync(
        Runs.Nomad, Keeps.Folder, Soak.Pick(UpdateCrash.StepsOfParts, UpdateCrash.EveryStep));
}
