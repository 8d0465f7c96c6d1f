// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization.Metadata;

namespace Heron.ApiServer.Routing;

/// <summary>What a route takes and what it answers. Errors that every route has stand in the document once, and need not be told here.</summary>
internal sealed class RouteContract
{
    private const string Json = "application/json";

    private readonly List<RouteParameter> _parameters = [];
    private readonly List<FormField> _fields = [];
    private readonly List<RouteAnswer> _answers = [];

    /// <summary>More about the route than its summary says; null when there is no more.</summary>
    public string? Details { get; private set; }

    /// <summary>The media type of its body; null when it takes none.</summary>
    public string? FormType { get; private set; }

    /// <summary>Whether the body may be left out.</summary>
    public bool IsFormOptional { get; private set; }

    /// <summary>What form fields mean that have no line of their own; null when there must not be such.</summary>
    public string? OtherFields { get; private set; }

    /// <summary>Parameters, in the order in which they were told.</summary>
    public IReadOnlyList<RouteParameter> Parameters => _parameters;

    /// <summary>The form's fields, in the order in which they were told.</summary>
    public IReadOnlyList<FormField> Fields => _fields;

    /// <summary>Answers, in the order in which they were told; a status with several media types has several.</summary>
    public IReadOnlyList<RouteAnswer> Answers => _answers;

    /// <summary>More about the route.</summary>
    public RouteContract Explained(string details)
    {
        Details = details;
        return this;
    }

    /// <summary>A part of the path. Those that say where a topology is need not be told.</summary>
    public RouteContract Path(string name, string text, ValueShape? shape = null, string? example = null) =>
        Take(new RouteParameter(ParameterPlace.Path, name, text, shape ?? ValueShape.Text) { IsRequired = true, Example = example });

    /// <summary>A parameter of the query.</summary>
    public RouteContract Query(string name, string text, ValueShape? shape = null, bool required = false, string? example = null) =>
        Take(new RouteParameter(ParameterPlace.Query, name, text, shape ?? ValueShape.Text) { IsRequired = required, Example = example });

    /// <summary>A header of the request.</summary>
    public RouteContract Header(string name, string text, string? example = null) =>
        Take(new RouteParameter(ParameterPlace.Header, name, text, ValueShape.Text) { Example = example });

    /// <summary>The body is a form with files.</summary>
    /// <param name="others">What fields mean that have no line of their own.</param>
    public RouteContract Multipart(string? others = null)
    {
        (FormType, OtherFields) = ("multipart/form-data", others);
        return this;
    }

    /// <summary>The body is a form of short fields.</summary>
    /// <param name="optional">Whether it may be left out.</param>
    /// <param name="others">What fields mean that have no line of their own.</param>
    public RouteContract Form(bool optional = false, string? others = null)
    {
        (FormType, IsFormOptional, OtherFields) = ("application/x-www-form-urlencoded", optional, others);
        return this;
    }

    /// <summary>A field of the form.</summary>
    public RouteContract Field(string name, string text, ValueShape? shape = null, bool required = false, string? example = null)
    {
        _fields.Add(new FormField(name, text, shape ?? ValueShape.Text, required) { Example = example });
        return this;
    }

    /// <summary>An answer in JSON.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="type">What writes it.</param>
    /// <param name="text">What it says.</param>
    /// <param name="example">One that could be.</param>
    public RouteContract Answer<T>(int status, JsonTypeInfo<T> type, string text, string example)
    {
        _answers.Add(new RouteAnswer(status, text) { MediaType = Json, Type = type, Example = example });
        return this;
    }

    /// <summary>An answer in JSON whose form is not this server's to say.</summary>
    public RouteContract AnyJson(int status, string text, string? example = null)
    {
        _answers.Add(new RouteAnswer(status, text) { MediaType = Json, Example = example });
        return this;
    }

    /// <summary>An answer that is no JSON.</summary>
    public RouteContract Text(int status, string mediaType, string text, string? example = null)
    {
        _answers.Add(new RouteAnswer(status, text) { MediaType = mediaType, Shape = ValueShape.Text, Example = example });
        return this;
    }

    /// <summary>A file.</summary>
    public RouteContract Bytes(int status, string mediaType, string text)
    {
        _answers.Add(new RouteAnswer(status, text) { MediaType = mediaType, Shape = ValueShape.Bytes });
        return this;
    }

    /// <summary>An answer without a body.</summary>
    public RouteContract Bare(int status, string text)
    {
        _answers.Add(new RouteAnswer(status, text));
        return this;
    }

    /// <summary>An error, with the message of one that could be.</summary>
    public RouteContract Fails(int status, string text, string message)
    {
        _answers.Add(new RouteAnswer(status, text) { MediaType = Json, Message = message });
        return this;
    }

    /// <summary>A header of the answer that was told last.</summary>
    public RouteContract With(string header, string text)
    {
        _answers[^1] = _answers[^1] with { Headers = [.. _answers[^1].Headers, new(header, text)] };
        return this;
    }

    private RouteContract Take(RouteParameter parameter)
    {
        _parameters.Add(parameter);
        return this;
    }
}

/// <summary>Where a parameter stands.</summary>
internal enum ParameterPlace
{
    /// <summary>In the path.</summary>
    Path,

    /// <summary>In the query.</summary>
    Query,

    /// <summary>In a header.</summary>
    Header,
}

/// <summary>A parameter.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Name">Its name.</param>
/// <param name="Text">What it means.</param>
/// <param name="Shape">What it may hold.</param>
internal sealed record RouteParameter(ParameterPlace Place, string Name, string Text, ValueShape Shape)
{
    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>A value that could be; null where the shape says enough.</summary>
    public string? Example { get; init; }
}

/// <summary>A field of a form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">What it means.</param>
/// <param name="Shape">What it may hold.</param>
/// <param name="IsRequired">Whether it must be given.</param>
internal sealed record FormField(string Name, string Text, ValueShape Shape, bool IsRequired)
{
    /// <summary>A value that could be; null where the shape says enough.</summary>
    public string? Example { get; init; }
}

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Text">What it says.</param>
internal sealed record RouteAnswer(int Status, string Text)
{
    /// <summary>Of its body; null when it has none.</summary>
    public string? MediaType { get; init; }

    /// <summary>What writes its body in JSON.</summary>
    public JsonTypeInfo? Type { get; init; }

    /// <summary>What its body is, if it is no JSON.</summary>
    public ValueShape? Shape { get; init; }

    /// <summary>A body that could be.</summary>
    public string? Example { get; init; }

    /// <summary>Of an error: its message.</summary>
    public string? Message { get; init; }

    /// <summary>Its headers, each with what it says.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
