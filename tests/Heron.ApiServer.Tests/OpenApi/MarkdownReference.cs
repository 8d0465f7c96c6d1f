// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Heron.Pages.Views;

namespace Heron.ApiServer.Tests.OpenApi;

/// <summary>The API as docs/api.md has it.</summary>
internal sealed class MarkdownReference
{
    private readonly StringBuilder _page = new();

    public static string Of(ApiReferenceView reference)
    {
        var page = new MarkdownReference();
        page.Write(reference);
        return page._page.ToString();
    }

    private void Write(ApiReferenceView reference)
    {
        Lines(
            "# API reference",
            "",
            "Made from the server's OpenAPI document by a test (`ReferencePageTests`), which says how to renew it. A running server has the same as a",
            "page (`/docs`) and for programs (`/api/v1/openapi.json`, `.yaml`; `?version=3.0` for generators that do not know 3.1 yet).",
            "",
            reference.Text);
        foreach (var group in reference.Groups)
        {
            Lines("", $"## {group.Name}", "", group.Text);
            foreach (var operation in group.Operations)
            {
                Write(operation);
            }
        }

        Lines("", "## Errors that operations share");
        Write(reference.Errors);
        Lines("", "## JSON bodies", "", "What is not always there is left out when it is not known; nothing is ever null.");
        foreach (var body in reference.Bodies)
        {
            Lines("", $"### {body.Name}", "", body.Text, "", "| property | type | there | meaning |", "|---|---|---|---|");
            foreach (var property in body.Properties)
            {
                Lines($"| `{property.Name}` | {property.Type} | {(property.IsAlwaysThere ? "always" : "when known")} | {Cell(property.Text)} |");
            }
        }
    }

    private void Write(ApiOperation operation)
    {
        Lines("", $"### {operation.Id}", "", $"`{operation.Methods} {operation.Path}`", "", $"{operation.Summary}. {operation.Details}".TrimEnd());
        if (operation.Right is { } right)
        {
            Lines("", $"Needs the right: {right}.");
        }

        if (operation.Parameters.Count + operation.Fields.Count > 0)
        {
            Lines("", "| takes | in | type | meaning |", "|---|---|---|---|");
            foreach (var value in operation.Parameters.Concat(operation.Fields))
            {
                Lines($"| `{value.Name}` | {value.Place} | {Cell(value.Type)}{(value.IsRequired ? ", required" : "")} | {Cell(value.Text)} |");
            }
        }

        Write(operation.Answers);
    }

    private void Write(IReadOnlyList<ApiAnswer> answers)
    {
        Lines("", "| answers | when | body |", "|---|---|---|");
        foreach (var answer in answers)
        {
            var content = string.Join("; ", answer.Content.Select(media => $"{media.Key}: {media.Value}"));
            var example = answer.Example is { } text ? $" `{Cell(text)}`" : "";
            Lines($"| {answer.Status} | {Cell(answer.Text)} | {Cell(content)}{example} |");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private void Lines(params string[] lines)
    {
        foreach (var line in lines)
        {
            _page.Append(line).Append('\n');
        }
    }
}
