// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Packages;
using Heron.Core.Packing;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Heron.Core.State;
using Heron.Packages;
using Heron.Scheduler.Local;
using Heron.Scheduler.Nomad;
using Heron.State.ZooKeeper;

namespace Heron.ApiServer.Composition;

/// <summary>
/// The composition root: every part that a configuration can name. Who adds one adds a folder with a project of its own, and a
/// line here; see docs/contributing.md.
/// </summary>
internal sealed record PartCatalog(
    PartList<IStateManager> StateManagers,
    PartList<IScheduler> Schedulers,
    PartList<IUploader> Uploaders,
    PartList<IPacking> Packings)
{
    /// <summary>What the program ships with.</summary>
    public static PartCatalog Shipped { get; } = new(
        new PartList<IStateManager>(
            ConfigKeys.StateManagerClass,
            ZooKeeperPart.StateManager,
            FolderStatePart.StateManager),
        new PartList<IScheduler>(
            ConfigKeys.SchedulerClass,
            NomadPart.Scheduler,
            LocalPart.Scheduler),
        new PartList<IUploader>(
            ConfigKeys.UploaderClass,
            UploaderParts.Http,
            UploaderParts.Folder,
            UploaderParts.S3,
            UploaderParts.Scp),
        PackingParts.All);

    /// <summary>Every setting that a part reads.</summary>
    public IEnumerable<string> Settings => Of(StateManagers).Concat(Of(Schedulers)).Concat(Of(Uploaders)).Concat(Of(Packings));

    private static IEnumerable<string> Of<T>(PartList<T> parts)
        where T : class => parts.SelectMany(part => part.Settings);
}
