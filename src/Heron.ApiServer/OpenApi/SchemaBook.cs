// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Heron.ApiServer.Routing;
using Microsoft.OpenApi;

namespace Heron.ApiServer.OpenApi;

/// <summary>
/// The schemas of a document, made from what writes the bodies: a body cannot have a property that its schema does not know. What may be
/// null is left out of every body of this server, so it is optional and never null.
/// </summary>
internal sealed class SchemaBook(OpenApiDocument document)
{
    private readonly BodyTexts _texts = BodyTexts.Read();
    private readonly Dictionary<string, Type> _known = new(StringComparer.Ordinal);

    /// <summary>The schema of a type; one with properties is written once and referred to.</summary>
    public IOpenApiSchema Of(JsonTypeInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => Named(info),
            JsonTypeInfoKind.Enumerable => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(ElementOf(info)) },
            JsonTypeInfoKind.Dictionary => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Of(ElementOf(info)) },
            _ when type.IsEnum => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, info.Options.GetTypeInfo(type))!)],
            },
            _ => Plain(type),
        };
    }

    /// <summary>The schema of a parameter, a form's field or a body that is no JSON.</summary>
    public static OpenApiSchema Of(ValueShape shape) => new()
    {
        Type = shape.Type switch
        {
            "integer" => JsonSchemaType.Integer,
            "boolean" => JsonSchemaType.Boolean,
            "array" => JsonSchemaType.Array,
            _ => JsonSchemaType.String,
        },
        Format = shape.Format,
        Minimum = shape.Least?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = shape.Most?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Enum = shape.Words?.Select(word => (JsonNode)word!).ToList(),
        Default = shape.Default is { } value ? ValueOf(shape, value) : null,
        Items = shape.Items is { } items ? Of(items) : null,
    };

    /// <summary>A value as JSON has it.</summary>
    public static JsonNode ValueOf(ValueShape shape, string text) => shape.Type switch
    {
        "integer" or "boolean" => JsonNode.Parse(text)!,
        "array" => new JsonArray(ValueOf(shape.Items!, text)),
        _ => JsonValue.Create(text),
    };

    private static JsonTypeInfo ElementOf(JsonTypeInfo info) => info.Options.GetTypeInfo(info.ElementType!);

    private static OpenApiSchema Plain(Type type) => type switch
    {
        _ when type == typeof(bool) => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        _ when type == typeof(int) => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
        _ when type == typeof(long) => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
        _ when type == typeof(double) => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        _ when type == typeof(string) => new OpenApiSchema { Type = JsonSchemaType.String },
        _ => throw new NotSupportedException($"no schema is known for {type}"),
    };

    private OpenApiSchemaReference Named(JsonTypeInfo info)
    {
        var name = info.Type.Name;
        if (_known.TryAdd(name, info.Type))
        {
            var schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = _texts.Of(name),
                Properties = new Dictionary<string, IOpenApiSchema>(),
                Required = new SortedSet<string>(StringComparer.Ordinal),
            };
            document.AddComponent(name, schema);
            foreach (var property in info.Properties.Where(property => property.Get is not null))
            {
                var type = info.Options.GetTypeInfo(property.PropertyType);
                var value = Of(type);
                value.Description = _texts.Of(name, property.Name);
                schema.Properties[property.Name] = value;
                if (!property.IsGetNullable && Nullable.GetUnderlyingType(property.PropertyType) is null)
                {
                    schema.Required.Add(property.Name);
                }
            }
        }
        else if (_known[name] != info.Type)
        {
            throw new NotSupportedException($"two bodies are named {name}: {_known[name]} and {info.Type}");
        }

        return new OpenApiSchemaReference(name, document);
    }
}
