// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Storage;

namespace Heron.Packages.Store;

/// <content>What is found in the folder at the start, and what goes with time.</content>
public sealed partial class PackageStore
{
    // A download notes its time on the file at most this often.
    private static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestSubmission = TimeSpan.FromHours(1);

    // How long a topology must be gone before its package goes: a state that is restored, or a scheduler that forgot for a moment,
    // has that long to be put right.
    private static readonly TimeSpan GoneFor = TimeSpan.FromMinutes(30);

    // Packages of this server's topologies that neither state nor scheduler had when they were last looked at, and since when.
    private readonly Dictionary<StoredName, DateTimeOffset> _abandoned = [];

    // A file of another server may still be written; the Java server writes under the final name.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    /// <summary>Removes what expired, and takes files over that other servers left.</summary>
    /// <param name="holders">Knows which packages are needed; asked only when there is something to remove.</param>
    /// <param name="cancellationToken">Ends the work; what was removed stays removed.</param>
    /// <returns>How many packages were removed.</returns>
    /// <exception cref="HeronException">Nobody knows just now which packages are needed: nothing was removed.</exception>
    public async Task<int> SweepAsync(IPackageHolders holders, CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        await TakeOverAsync(cancellationToken);
        SweepContents();
        if (Settings.Retention == TimeSpan.Zero)
        {
            return 0;
        }

        var now = _time.GetUtcNow();
        var candidates = All().Where(package => IsOld(package, now) || MayBeAbandoned(package, now)).ToList();
        if (candidates.Count == 0)
        {
            return 0;
        }

        var held = new Holders(await holders.ListAsync(cancellationToken));
        var unheld = candidates.Where(package => held.Of(package) is null).ToList();
        foreach (var name in _abandoned.Keys.Except(unheld.Select(package => package.Name)).ToList())
        {
            _abandoned.Remove(name);
        }

        return RemoveEach(unheld, package => package.Name.Value, package => RemoveIfDue(package, now, cancellationToken));
    }

    // What cannot be removed must not keep the rest, and is tried again by the next sweep. Told once: of a folder that cannot be written to
    // that is every one.
    private int RemoveEach<T>(IEnumerable<T> all, Func<T, string?> nameOf, Func<T, bool> remove)
    {
        var (removed, failed) = (0, 0);
        (string? Name, string Reason)? first = null;
        foreach (var one in all)
        {
            try
            {
                removed += remove(one) ? 1 : 0;
            }
            catch (Exception fault) when (fault is HeronException or IOException or UnauthorizedAccessException)
            {
                failed++;
                first ??= (nameOf(one), fault.Message);
            }
        }

        if (first is var (name, reason))
        {
            Log.NotRemoved(_logger, failed, name, reason);
        }

        return removed;
    }

    private bool RemoveIfDue(StoredPackage package, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isOld = IsOld(package, now);
        if (!isOld && (_abandoned.TryAdd(package.Name, now) || now - _abandoned[package.Name] < GoneFor))
        {
            return false;
        }

        Remove(package.Name);
        _abandoned.Remove(package.Name);
        if (isOld)
        {
            Log.Expired(_logger, package.Name.Value, (now - package.Stored).TotalDays);
        }
        else
        {
            Log.Abandoned(_logger, package.Name.Value, package.TopologyId);
        }

        return true;
    }

    private void Load()
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(_metaFolder, "*.json"))
            {
                if (StoredName.TryParse(Path.GetFileNameWithoutExtension(file), out var name)
                    && TryReadMetadata(name) is { } metadata)
                {
                    Take(name, metadata);
                }
            }

            foreach (var (name, file) in Undescribed())
            {
                _index.Add(new StoredPackage(name, file.Length, null, file.LastWriteTimeUtc, null, null, null));
            }

            SweepContents();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is asked for by its name is found nevertheless.
            Log.Unreadable(_logger, Folder, e.Message);
        }
    }

    private void Take(StoredName name, PackageMetadata metadata)
    {
        if (File.Exists(DataPath(name)))
        {
            _index.Add(ToPackage(name, metadata));
        }
        else if (metadata.Instance != _instance.Id && !Directory.Exists(Path.Join(Folder, ".server", metadata.Instance)))
        {
            // A publication, or a removal, that its process did not live to finish.
            RemoveEach([MetaPath(name)], Path.GetFileName, TryDelete);
        }
    }

    // Contents that have no name: their publication or removal was cut off. One that is being published has its temporary name.
    private void SweepContents()
    {
        RemoveEach(Directory.EnumerateFiles(_contentFolder), Path.GetFileName, content =>
        {
            RemoveContentWithoutName(content);
            return true;
        });
    }

    private IEnumerable<(StoredName Name, FileInfo File)> Undescribed()
    {
        foreach (var file in new DirectoryInfo(Folder).EnumerateFiles())
        {
            if (file.LinkTarget is null && StoredName.TryParse(file.Name, out var name) && _index.Find(name) is null
                && !File.Exists(MetaPath(name)))
            {
                yield return (name, file);
            }
        }
    }

    // Files that the Java server, or a person, put here: with a description they have a digest, and count by content.
    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        foreach (var package in All().Where(package => package.Sha256 is null))
        {
            try
            {
                await TakeOverAsync(package, cancellationToken);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // One that another account keeps to itself, or that the disk cannot read, must not keep the rest from being swept.
                Log.NotTakenOver(_logger, package.Name.Value, fault.Message);
            }
        }
    }

    private async Task TakeOverAsync(StoredPackage package, CancellationToken cancellationToken)
    {
        using var handle = RegularFile.Open(DataPath(package.Name), followLink: false, out var status);
        if (handle is null)
        {
            _index.Remove(package.Name);
            return;
        }

        var version = FileVersion.Of(status);
        if (_time.GetUtcNow() - version.Written < Settled)
        {
            return;
        }

        await using var stream = new FileStream(handle, FileAccess.Read, StoredFile.HashedAtOnce);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        if (FileVersion.Of(handle) != version)
        {
            return;
        }

        var metadata = new PackageMetadata(
            sha256, version.Length, new DateTimeOffset(version.Written), Instance: string.Empty, TopologyId: null);
        Describe(package.Name, metadata);
        _index.Add(ToPackage(package.Name, metadata));
        Log.TakenOver(_logger, package.Name.Value, sha256);
    }

    private IEnumerable<StoredPackage> All()
    {
        const int Pieces = 1000;
        var page = _index.Page(after: null, Pieces);
        while (page.Count > 0)
        {
            foreach (var package in page)
            {
                yield return package;
            }

            page = _index.Page(page[^1].Name.Value, Pieces);
        }
    }

    // A submission registers its topology some time after it published the package.
    private bool IsOld(StoredPackage package, DateTimeOffset now)
    {
        var retention = package.TopologyId is null || Settings.Retention > LongestSubmission ? Settings.Retention : LongestSubmission;
        return now - package.Stored > retention && now - File.GetLastAccessTimeUtc(DataPath(package.Name)) > retention;
    }

    // Only what this server, or one before it with the same state, made of a submission: whoever kills such a topology without this
    // server, as a Java server beside it does, leaves its package.
    private bool MayBeAbandoned(StoredPackage package, DateTimeOffset now) =>
        package.TopologyId is not null
        && package.Place is { } place && place == Settings.Place
        && now - package.Stored > LongestSubmission;

    // So that a package which containers of a topology that nobody here knows fetch now and then is not taken for forgotten.
    // Said explicitly, for the disk may be mounted not to note accesses.
    private void NoteUse(StoredFile file)
    {
        try
        {
            var now = _time.GetUtcNow().UtcDateTime;
            if (now - file.Used > UseResolution)
            {
                File.SetLastAccessTimeUtc(file.Handle, now);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotNoted(_logger, file.Name, e.Message);
        }
    }
}
