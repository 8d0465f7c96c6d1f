// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Storage;
using Heron.Core.Topologies;

namespace Heron.Operations.Deploying;

/// <summary>
/// Which package belongs to which running topology, so that a kill can remove it, wherever it was published and whatever
/// server process published it. One small file a topology in the folder <c>.published</c> of the store.
/// </summary>
public sealed class PublishedPackages
{
    private readonly string _folder;
    private readonly InstanceFolder _instance;

    /// <summary>Opens the record.</summary>
    public PublishedPackages(InstanceFolder instance)
    {
        _folder = Path.Join(instance.Store, ".published");
        _instance = instance;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Notes a package; durable when this returns.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Conflict"/>: the note under this id is another topology's.</exception>
    public void Remember(TopologyIdentity topology, PublishedPackage package)
    {
        if (Read(topology.Id) is { } note && !note.IsOf(topology))
        {
            throw new HeronException(FaultKind.Conflict, $"the topology id '{ShownText.Of(topology.Id)}' is in use by another topology");
        }

        DurableFile.Write(
            PathOf(topology.Id),
            _instance.NewWorkPath("published"),
            JsonSerializer.SerializeToUtf8Bytes(new PackageNote(package.Uri, package.Sha256, topology), NotesJson.Default.PackageNote));
    }

    /// <summary>The package of a topology, or null when another server submitted it.</summary>
    public PublishedPackage? Find(TopologyIdentity topology) =>
        Read(topology.Id) is { } note && note.IsOf(topology) ? new PublishedPackage(note.Uri, note.Sha256) : null;

    /// <summary>Forgets a package; one that is not noted, or is another topology's, is fine.</summary>
    public void Forget(TopologyIdentity topology)
    {
        if (Read(topology.Id) is { } note && note.IsOf(topology))
        {
            File.Delete(PathOf(topology.Id));
        }
    }

    private PackageNote? Read(string topologyId)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(topologyId)), NotesJson.Default.PackageNote);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(
                FaultKind.Unavailable, $"the notes about where packages are stored cannot be read: {e.Message}; the operator of this server must see to that disk", e);
        }
        catch (JsonException e)
        {
            throw new HeronException(
                FaultKind.Internal,
                $"the note {PathOf(topologyId)} about where the package is stored is damaged; delete it, and the package by hand",
                e);
        }
    }

    // The id comes from outside; its digest is a name that cannot lead anywhere else.
    private string PathOf(string topologyId) =>
        Path.Join(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(topologyId))) + ".json");
}

/// <summary>A note.</summary>
/// <param name="Uri">See <see cref="PublishedPackage"/>.</param>
/// <param name="Sha256">See <see cref="PublishedPackage"/>.</param>
/// <param name="Topology">Whose package; earlier servers did not note more than the id, by which the note is found.</param>
internal sealed record PackageNote(string Uri, string? Sha256, TopologyIdentity? Topology = null)
{
    /// <summary>Whether it is about this topology.</summary>
    public bool IsOf(TopologyIdentity topology) => Topology is null || Topology == topology;
}

/// <summary>The JSON of the notes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PackageNote))]
internal sealed partial class NotesJson : JsonSerializerContext;
