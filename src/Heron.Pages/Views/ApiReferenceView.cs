// SPDX-License-Identifier: Apache-2.0
namespace Heron.Pages.Views;

/// <summary>The API of the server, for people.</summary>
/// <param name="Version">Of the server.</param>
/// <param name="Text">What holds for all of it.</param>
/// <param name="Groups">Its parts.</param>
/// <param name="Errors">Errors that operations share.</param>
/// <param name="Bodies">The JSON bodies.</param>
public sealed record ApiReferenceView(
    string Version, string Text, IReadOnlyList<ApiGroup> Groups, IReadOnlyList<ApiAnswer> Errors, IReadOnlyList<ApiBody> Bodies);

/// <summary>A part of the API.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Operations">Its operations.</param>
public sealed record ApiGroup(string Name, string Text, IReadOnlyList<ApiOperation> Operations);

/// <summary>An operation.</summary>
/// <param name="Id">Its id, which is the anchor to it, too.</param>
/// <param name="Methods">For example <c>GET, HEAD</c>.</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Parameters">Of path, query and headers.</param>
/// <param name="Answers">What it answers, besides what all do.</param>
public sealed record ApiOperation(
    string Id, string Methods, string Path, string Summary, IReadOnlyList<ApiValue> Parameters, IReadOnlyList<ApiAnswer> Answers)
{
    /// <summary>More about it; null when there is no more.</summary>
    public string? Details { get; init; }

    /// <summary>The right that it asks for; null for none.</summary>
    public string? Right { get; init; }

    /// <summary>The media type of its form; null when it takes none.</summary>
    public string? FormType { get; init; }

    /// <summary>The fields of its form.</summary>
    public IReadOnlyList<ApiValue> Fields { get; init; } = [];
}

/// <summary>A parameter or a field.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place"><c>path</c>, <c>query</c>, <c>header</c> or <c>form</c>.</param>
/// <param name="Type">What it may hold.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="Text">What it means.</param>
public sealed record ApiValue(string Name, string Place, string Type, bool IsRequired, string Text);

/// <summary>An answer.</summary>
/// <param name="Status">Its status, or <c>other</c>.</param>
/// <param name="Text">What it says.</param>
/// <param name="Content">Its media types, each with what is in it.</param>
public sealed record ApiAnswer(string Status, string Text, IReadOnlyList<KeyValuePair<string, string>> Content)
{
    /// <summary>A body that could be; null where none is told.</summary>
    public string? Example { get; init; }
}

/// <summary>A JSON body.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">What it is.</param>
/// <param name="Properties">What is in it.</param>
public sealed record ApiBody(string Name, string Text, IReadOnlyList<ApiProperty> Properties);

/// <summary>A property of a JSON body.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsAlwaysThere">Whether it is never left out.</param>
/// <param name="Text">What it means.</param>
public sealed record ApiProperty(string Name, string Type, bool IsAlwaysThere, string Text);
