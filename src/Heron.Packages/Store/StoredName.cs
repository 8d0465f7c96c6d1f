// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Heron.Packages.Store;

/// <summary>
/// The name of a file in the store: a UUID made here, a hyphen and a plain ending. Nothing a client sends becomes part
/// of a path unless it has exactly this form, which has no slash, no leading dot and no room for surprises.
/// </summary>
public readonly partial record struct StoredName
{
    // In this order, so that .tar.gz is not taken for .gz. Everything else is stored without an ending.
    private static readonly string[] KnownEndings = [".tar.gz", ".tgz", ".tar", ".jar", ".pex", ".so", ".dylib", ".zip"];

    private StoredName(string value) => Value = value;

    /// <summary>The name as it appears in the store and in URIs.</summary>
    public string Value { get; }

    /// <summary>A new name that nobody has. Only a well-known ending of the client's own name is kept, for the node's unpacker.</summary>
    public static StoredName New(string? clientName)
    {
        var ending = KnownEndings.FirstOrDefault(
            e => clientName?.EndsWith(e, StringComparison.OrdinalIgnoreCase) == true, string.Empty);
        return new StoredName($"{Guid.NewGuid():D}-topology{ending}");
    }

    /// <summary>Takes a name from outside when it has the form of ours (or of the Java server's own clean names).</summary>
    public static bool TryParse(string? text, out StoredName name)
    {
        name = text is not null && Form().IsMatch(text) ? new StoredName(text) : default;
        return name.Value is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    [GeneratedRegex(
        @"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
