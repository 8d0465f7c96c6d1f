// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing.Documents;

/// <summary>A fenced block of a Markdown page.</summary>
/// <param name="Info">What stands behind the opening fence: <c>sh</c> is run by a test, <c>sh cluster</c> needs more than this machine.</param>
/// <param name="Text">Its lines.</param>
/// <param name="Line">Where it begins, for messages.</param>
public sealed record CodeBlock(string Info, string Text, int Line)
{
    private const string Fence = "```";

    /// <summary>All blocks of a page, in order.</summary>
    /// <param name="page">Path below the repository's root.</param>
    public static IReadOnlyList<CodeBlock> Of(string page)
    {
        var blocks = new List<CodeBlock>();
        List<string>? lines = null;
        var (info, begin, number) = ("", 0, 0);
        foreach (var line in File.ReadLines(Path.Join(Fixtures.RepositoryRoot, page)))
        {
            number++;
            if (!line.StartsWith(Fence, StringComparison.Ordinal))
            {
                lines?.Add(line);
            }
            else if (lines is null)
            {
                (info, begin) = (line[Fence.Length..].Trim(), number);
                lines = [];
            }
            else
            {
                blocks.Add(new CodeBlock(info, string.Join('\n', lines), begin));
                lines = null;
            }
        }

        return blocks;
    }

    /// <summary>The commands: continued lines are one, comments are left out.</summary>
    public IReadOnlyList<string> Commands =>
    [
        .. Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Select(line => line.Split(" #")[0].Trim())
            .Where(line => line.Length > 0 && line[0] != '#'),
    ];
}
