// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using Heron.ApiServer.Access;
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;

namespace Heron.ApiServer.OpenApi;

/// <summary>
/// Makes the OpenAPI document from the routes of the running server: their patterns and methods, the rights they ask for
/// (<see cref="RouteAccess"/>), and what was said of them where they were added (<see cref="RouteDescription"/>).
/// </summary>
internal sealed class DocumentWriter
{
    /// <summary>Where the paths begin, on a server that stands alone.</summary>
    public const string Root = "/";

    private const string Json = "application/json";
    private const string Error = nameof(ErrorBody);
    private const string Unauthorized = nameof(Unauthorized);
    private const string Forbidden = nameof(Forbidden);
    private const string Busy = nameof(Busy);

    private static readonly RouteParameter[] Topology =
    [
        new(ParameterPlace.Path, "cluster", "The topology's cluster.", ValueShape.Text) { Example = "nomad" },
        new(ParameterPlace.Path, "role", "The topology's role.", ValueShape.Text) { Example = "ads" },
        new(ParameterPlace.Path, "environment", "The topology's environment; may be empty, as the CLI sends it for CLUSTER/ROLE.", ValueShape.Text)
        {
            Example = "prod",
        },
        new(ParameterPlace.Path, "name", "The topology's name.", ValueShape.Text) { Example = "wordcount" },
    ];

    private readonly OpenApiDocument _document = new()
    {
        Info = new OpenApiInfo
        {
            Title = "heron-apiserver",
            Description =
                "Submits Heron topologies to a cluster and looks after them. Every error is an object with a message that says what to do. Every "
                + "answer has an X-Request-Id, which stands in the server's log too. With --users most operations want a login, and the right "
                + "that x-right names.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        },
        Servers = [new OpenApiServer { Url = Root }],
        Paths = [],
        Components = new OpenApiComponents(),
    };

    private readonly SchemaBook _schemas;
    private readonly Func<PathString, bool> _isCounted;

    private DocumentWriter(string version, Func<PathString, bool> isCounted)
    {
        _schemas = new SchemaBook(_document);
        _isCounted = isCounted;
        _document.Info.Version = version;
        _document.Tags = new HashSet<OpenApiTag>(RouteGroups.All.Select(group => new OpenApiTag { Name = group.Key, Description = group.Value }));
        AddScheme("basic", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "basic", Description = "As in --service-url=http://USER:PASSWORD@HOST." });
        AddScheme("bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of `heron-apiserver user token`." });
        AddShared(Unauthorized, "Nobody is logged in, or the password or token is wrong.", "WWW-Authenticate", "Basic.", "the password of alice is wrong");
        AddShared(Forbidden, "The user has not the right that the operation asks for.", null, "", "the user alice has not the right to operate nomad/ads/prod/wordcount; an administrator of this server gives it in the users file");
        AddShared(Busy, "Too many requests of this client, or too many wrong logins.", "Retry-After", "Seconds to wait.", "128 requests of this client are in work already; send this one again in a moment");
        AddShared(Error, "Any other error.", null, "", "there is nothing at this path; see 'paths' for where the API begins");
    }

    /// <summary>Makes the document.</summary>
    /// <param name="endpoints">The routes of the server.</param>
    /// <param name="version">Of the server.</param>
    /// <param name="isCounted">Whether requests for a path count among those that a client may have in work.</param>
    public static OpenApiDocument Write(IEnumerable<Endpoint> endpoints, string version, Func<PathString, bool> isCounted)
    {
        var writer = new DocumentWriter(version, isCounted);
        foreach (var route in endpoints.OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<RouteDescription>() is { } description)
            {
                writer.Add(route, description);
            }
        }

        return writer._document;
    }

    /// <summary>The path of a route as OpenAPI has it: parameters without what restricts them.</summary>
    public static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(
        segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => "",
        }))));

    private void Add(RouteEndpoint route, RouteDescription description)
    {
        var path = PathOf(route.RoutePattern);
        if (!_document.Paths.TryGetValue(path, out var item))
        {
            _document.Paths[path] = item = new OpenApiPathItem { Operations = [] };
        }

        var contract = new RouteContract();
        description.Tell(contract);
        var access = route.Metadata.GetMetadata<RouteAccess>() ?? RouteAccess.Default;
        foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
        {
            item.Operations![HttpMethod.Parse(method)] = Operation(route, description, contract, access, HttpMethods.IsHead(method));
        }
    }

    private OpenApiOperation Operation(RouteEndpoint route, RouteDescription description, RouteContract contract, RouteAccess access, bool isHead)
    {
        var told = contract.Parameters.Where(parameter => parameter.Place == ParameterPlace.Path).Concat(Topology);
        var parts = route.RoutePattern.Parameters.Select(part => told.First(parameter => parameter.Name == part.Name));
        var operation = new OpenApiOperation
        {
            OperationId = description.Id + (isHead ? "Head" : ""),
            Summary = isHead ? $"The headers of {description.Id}" : description.Summary,
            Description = isHead ? null : contract.Details,
            Tags = new HashSet<OpenApiTagReference> { new(description.Group, _document) },
            Parameters = [.. parts.Concat(contract.Parameters.Where(parameter => parameter.Place != ParameterPlace.Path)).Select(Parameter)],
            RequestBody = contract.FormType is null ? null : Form(contract),
            Responses = Responses(contract, access, _isCounted(PathOf(route.RoutePattern)), isHead),
            Extensions = new Dictionary<string, IOpenApiExtension>(),
        };
        if (access.Right != Right.None)
        {
            operation.Extensions["x-right"] = new JsonNodeExtension(
                access.Right.ToString().ToLowerInvariant() + (access.ForAll ? " for all topologies" : ""));

            // Without --users nobody has to log in.
            operation.Security = [Requirement(null), Requirement("basic"), Requirement("bearer")];
        }

        return operation;
    }

    private OpenApiResponses Responses(RouteContract contract, RouteAccess access, bool isCounted, bool isHead)
    {
        var responses = new OpenApiResponses();
        foreach (var status in contract.Answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key))
        {
            responses[Text(status.Key)] = Response([.. status], isHead);
        }

        if (access.Right != Right.None)
        {
            responses["401"] = new OpenApiResponseReference(Unauthorized, _document);
            responses["403"] = new OpenApiResponseReference(Forbidden, _document);
        }

        if (isCounted)
        {
            responses["429"] = new OpenApiResponseReference(Busy, _document);
        }

        responses["default"] = new OpenApiResponseReference(Error, _document);
        return responses;
    }

    private OpenApiResponse Response(IReadOnlyList<RouteAnswer> answers, bool isHead)
    {
        var response = new OpenApiResponse { Description = string.Join(" Or: ", answers.Select(answer => answer.Text).Distinct()) };
        var headers = answers.SelectMany(answer => answer.Headers).ToList();
        if (headers.Count > 0)
        {
            response.Headers = headers.ToDictionary(header => header.Key, header => (IOpenApiHeader)new OpenApiHeader
            {
                Description = header.Value,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        if (!isHead && answers.Any(answer => answer.MediaType is not null))
        {
            response.Content = answers.Where(answer => answer.MediaType is not null)
                .GroupBy(answer => answer.MediaType!)
                .ToDictionary(group => group.Key, group => Content([.. group]));
        }

        return response;
    }

    private OpenApiMediaType Content(IReadOnlyList<RouteAnswer> answers)
    {
        var schemas = answers.Select(SchemaOf).ToList();
        return new OpenApiMediaType
        {
            Schema = schemas is [var only] ? only : new OpenApiSchema { AnyOf = schemas },
            Example = ExampleOf(answers[0]),
        };
    }

    private IOpenApiSchema SchemaOf(RouteAnswer answer) => answer switch
    {
        { Message: not null } => _schemas.Of(ApiJson.Relaxed.ErrorBody),
        { Type: { } type } => _schemas.Of(type),
        { Shape: { } shape } => SchemaBook.Of(shape),
        _ => new OpenApiSchema(),
    };

    private static JsonNode? ExampleOf(RouteAnswer answer) => answer switch
    {
        { Message: { } message } => new JsonObject { ["message"] = message },
        { Example: { } example, MediaType: Json } => JsonNode.Parse(example),
        { Example: { } example } => JsonValue.Create(example),
        _ => null,
    };

    private static OpenApiRequestBody Form(RouteContract contract) => new()
    {
        Required = !contract.IsFormOptional,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [contract.FormType!] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = contract.Fields.ToDictionary(field => field.Name, field => (IOpenApiSchema)Field(field)),
                    Required = new SortedSet<string>(contract.Fields.Where(field => field.IsRequired).Select(field => field.Name), StringComparer.Ordinal),
                    AdditionalProperties = contract.OtherFields is { } others
                        ? new OpenApiSchema { Type = JsonSchemaType.String, Description = others }
                        : null,
                },
            },
        },
    };

    private static OpenApiSchema Field(FormField field)
    {
        var schema = SchemaBook.Of(field.Shape);
        schema.Description = field.Text;
        schema.Examples = field.Example is { } example ? [SchemaBook.ValueOf(field.Shape, example)] : null;
        return schema;
    }

    private static OpenApiParameter Parameter(RouteParameter parameter) => new()
    {
        Name = parameter.Name,
        In = parameter.Place switch
        {
            ParameterPlace.Path => ParameterLocation.Path,
            ParameterPlace.Header => ParameterLocation.Header,
            _ => ParameterLocation.Query,
        },
        Description = parameter.Text,
        Required = parameter.IsRequired || parameter.Place == ParameterPlace.Path,
        Schema = SchemaBook.Of(parameter.Shape),
        Example = parameter.Example is { } example ? SchemaBook.ValueOf(parameter.Shape, example) : null,
    };

    private void AddScheme(string name, OpenApiSecurityScheme scheme) => _document.AddComponent<IOpenApiSecurityScheme>(name, scheme);

    private void AddShared(string name, string text, string? header, string headerText, string message)
    {
        var answer = new RouteAnswer(0, text) { MediaType = Json, Message = message };
        _document.AddComponent<IOpenApiResponse>(
            name, Response([header is null ? answer : answer with { Headers = [new(header, headerText)] }], isHead: false));
    }

    private OpenApiSecurityRequirement Requirement(string? scheme) =>
        scheme is null ? [] : new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, _document)] = [] };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
