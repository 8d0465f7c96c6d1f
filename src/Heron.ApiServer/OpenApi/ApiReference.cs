// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Heron.Pages.Sources;
using Heron.Pages.Views;
using Microsoft.OpenApi;

namespace Heron.ApiServer.OpenApi;

/// <summary>The document as people read it, on the page and in docs/api.md.</summary>
internal sealed class ApiReference(ApiDocument document) : IApiReference
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<ApiReferenceView> _view = new(() => Of(document.Value));

    /// <inheritdoc/>
    public ApiReferenceView Read() => _view.Value;

    private static ApiReferenceView Of(OpenApiDocument document)
    {
        var operations = document.Paths.Select(path => OperationOf(path.Key, path.Value.Operations!)).SelectMany(all => all).ToList();
        return new ApiReferenceView(
            document.Info.Version!,
            document.Info.Description!,
            [
                .. document.Tags!.Select(tag => new ApiGroup(
                    tag.Name!, tag.Description!, [.. operations.Where(operation => operation.Group == tag.Name).Select(operation => operation.View)])),
            ],
            [
                .. new (string Status, string Name)[] { ("401", "Unauthorized"), ("403", "Forbidden"), ("429", "Busy"), ("other", "ErrorBody") }
                    .Select(shared => AnswerOf(shared.Status, document.Components!.Responses![shared.Name])),
            ],
            [.. document.Components!.Schemas!.Where(schema => schema.Value.Properties is { Count: > 0 }).Select(schema => BodyOf(schema.Key, schema.Value))]);
    }

    // HEAD tells nothing that GET does not.
    private static IEnumerable<(string Group, ApiOperation View)> OperationOf(string path, Dictionary<HttpMethod, OpenApiOperation> operations)
    {
        foreach (var (method, operation) in operations.Where(pair => pair.Key != HttpMethod.Head))
        {
            var hasHead = method == HttpMethod.Get && operations.ContainsKey(HttpMethod.Head);
            var form = operation.RequestBody?.Content?.Single();
            yield return (operation.Tags!.First().Name!, new ApiOperation(
                operation.OperationId!,
                method.Method + (hasHead ? ", HEAD" : ""),
                path,
                operation.Summary!,
                [.. operation.Parameters!.Select(parameter => new ApiValue(
                    parameter.Name!, parameter.In!.Value.ToString().ToLowerInvariant(), TypeOf(parameter.Schema!), parameter.Required, parameter.Description!))],
                [.. operation.Responses!.Where(response => response.Value is OpenApiResponse).Select(response => AnswerOf(response.Key, response.Value))])
            {
                Details = operation.Description,
                Right = operation.Extensions!.TryGetValue("x-right", out var right) ? ((JsonNodeExtension)right).Node.GetValue<string>() : null,
                FormType = form?.Key,
                Fields = form is { Value.Schema: { } schema } ? FieldsOf(schema) : [],
            });
        }
    }

    private static IReadOnlyList<ApiValue> FieldsOf(IOpenApiSchema form)
    {
        var fields = form.Properties!.Select(field => new ApiValue(
            field.Key, "form", TypeOf(field.Value), form.Required!.Contains(field.Key), field.Value.Description!));
        return [.. fields, .. form.AdditionalProperties is { } others ? (ApiValue[])[new ApiValue("any other", "form", "string", false, others.Description!)] : []];
    }

    private static ApiAnswer AnswerOf(string status, IOpenApiResponse response)
    {
        var content = response.Content ?? new Dictionary<string, OpenApiMediaType>();
        return new ApiAnswer(
            status, response.Description!, [.. content.Select(type => KeyValuePair.Create(type.Key, type.Value.Schema is { } schema ? TypeOf(schema) : "anything"))])
        {
            Example = content.Values.Select(type => type.Example).FirstOrDefault(example => example is not null)?.ToJsonString(Readable),
        };
    }

    private static ApiBody BodyOf(string name, IOpenApiSchema schema) => new(
        name,
        schema.Description ?? "",
        [
            .. schema.Properties!.Select(property => new ApiProperty(
                property.Key, TypeOf(property.Value), schema.Required?.Contains(property.Key) == true, property.Value.Description ?? "")),
        ]);

    private static string TypeOf(IOpenApiSchema schema) => schema switch
    {
        OpenApiSchemaReference reference => reference.Reference.Id!,
        { AnyOf: { Count: > 0 } several } => string.Join(" or ", several.Select(TypeOf)),
        { Enum: { Count: > 0 } words } => string.Join(", ", words.Select(word => word!.GetValue<string>())),
        { Items: { } items } => $"array of {TypeOf(items)}",
        { AdditionalProperties: { } values } => $"object of {TypeOf(values)}",
        { Format: "binary" } => "bytes",
        { Format: "date-time" } => "time",
        { Type: null } => "anything",
        { Type: { } type } => type.ToString().ToLowerInvariant() + Range(schema),
    };

    private static string Range(IOpenApiSchema schema) => (schema.Minimum, schema.Maximum) switch
    {
        (null, null) => "",
        ({ } least, null) => $", {least} or more",
        (null, { } most) => $", up to {most}",
        ({ } least, { } most) => most == "2147483647" ? $", {least} or more" : $", {least} to {most}",
    };
}
