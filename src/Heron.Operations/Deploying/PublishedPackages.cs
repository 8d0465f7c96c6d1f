using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heron.Core;
using Heron.Core.Packages;
using Heron.Core.Storage;

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
    public void Remember(string topologyId, PublishedPackage package) => DurableFile.Write(
        PathOf(topologyId),
        _instance.NewWorkPath("published"),
        JsonSerializer.SerializeToUtf8Bytes(package, NotesJson.Default.PublishedPackage));

    /// <summary>The package of a topology, or null when another server submitted it.</summary>
    public PublishedPackage? Find(string topologyId)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(topologyId)), NotesJson.Default.PublishedPackage);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new HeronException(
                FaultKind.Internal,
                $"the note {PathOf(topologyId)} about where the package is stored is damaged; delete it, and the package by hand",
                e);
        }
    }

    /// <summary>Forgets a package; one that is not noted is fine.</summary>
    public void Forget(string topologyId) => File.Delete(PathOf(topologyId));

    // The id comes from outside; its digest is a name that cannot lead anywhere else.
    private string PathOf(string topologyId) =>
        Path.Join(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(topologyId))) + ".json");
}

/// <summary>The JSON of the notes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PublishedPackage))]
internal sealed partial class NotesJson : JsonSerializerContext;
