// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Heron.Scheduler.Nomad.Model;

/// <summary>Serialization made at build time; nulls are left out, names are Nomad's.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNameCaseInsensitive = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NomadJob))]
[JsonSerializable(typeof(NomadRegisterRequest))]
[JsonSerializable(typeof(NomadRegistration))]
[JsonSerializable(typeof(List<NomadJobStub>))]
[JsonSerializable(typeof(NomadJobOwner))]
[JsonSerializable(typeof(NomadEvaluation))]
[JsonSerializable(typeof(List<NomadEvaluation>))]
[JsonSerializable(typeof(NomadAllocation))]
[JsonSerializable(typeof(List<NomadAllocation>))]
[JsonSerializable(typeof(List<NomadFile>))]
[JsonSerializable(typeof(NomadEventBatch))]
[JsonSerializable(typeof(NomadNode))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(string))]
internal sealed partial class NomadJson : JsonSerializerContext
{
    /// <summary>Commands stay readable: a body of JSON is never put into a page.</summary>
    public static NomadJson Relaxed => LazyRelaxed.Value;

    public static JsonTypeInfo<NomadRegisterRequest> RegisterRequest => Relaxed.NomadRegisterRequest;

    /// <summary>The job as a tree, for what is common to built jobs and to jobs read from Nomad.</summary>
    public static JsonObject Tree(NomadJob job) =>
        JsonSerializer.SerializeToNode(job, Relaxed.NomadJob)!.AsObject();

    /// <summary>Made on first use: the generated part has statics of its own that must exist before.</summary>
    private static class LazyRelaxed
    {
        public static readonly NomadJson Value = new(new JsonSerializerOptions
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
