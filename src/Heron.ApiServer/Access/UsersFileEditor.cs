// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>Adds users and tokens to a users file, whose comments and order stay as they are.</summary>
internal static class UsersFileEditor
{
    /// <summary>The file with one more user.</summary>
    /// <param name="text">What the file holds; empty for a new one.</param>
    /// <param name="source">Its path, for messages.</param>
    /// <param name="name">The user.</param>
    /// <param name="password">Stored as a bcrypt hash.</param>
    /// <param name="groups">Groups of the user.</param>
    /// <param name="rights">Rights as the file writes them.</param>
    /// <exception cref="HeronException">The file is wrong, or has the user already.</exception>
    public static string AddUser(
        string text, string source, string name, string password, IReadOnlyList<string> groups, IReadOnlyList<string> rights)
    {
        Core.Topologies.SafeNames.CheckSegment("user", name);
        if (name.Contains(':', StringComparison.Ordinal))
        {
            throw new HeronException(FaultKind.Invalid, "a user's name must not have ':', which ends it in a service URL");
        }

        if (UsersFile.Read(text, source).ByName(name) is not null)
        {
            throw new HeronException(FaultKind.Conflict, $"{source} has the user {name} already; change its lines there");
        }

        var entry = new StringBuilder();
        entry.Append(CultureInfo.InvariantCulture, $"  {Quoted(name)}:\n");
        entry.Append(CultureInfo.InvariantCulture, $"    password: {Quoted(HashOf(password))}\n");
        AppendList(entry, "groups", groups);
        AppendList(entry, "rights", rights);
        return Checked(Insert(text, "users:", entry.ToString()), source);
    }

    /// <summary>The file with one more token.</summary>
    /// <returns>The file, and the token's text, which is stored nowhere.</returns>
    /// <exception cref="HeronException">The file is wrong, or has no such user.</exception>
    public static (string Text, string Token) AddToken(string text, string source, string user, string name, DateTimeOffset? expires)
    {
        if (UsersFile.Read(text, source).ByName(user) is null)
        {
            throw new HeronException(FaultKind.NotFound, $"{source} has no user {user}");
        }

        var token = AccessToken.NewText();
        var entry = new StringBuilder();
        entry.Append(CultureInfo.InvariantCulture, $"  - name: {Quoted(name)}\n    user: {Quoted(user)}\n");
        entry.Append(CultureInfo.InvariantCulture, $"    sha256: {Quoted(Convert.ToHexStringLower(AccessToken.Hash(token)))}\n");
        if (expires is { } time)
        {
            entry.Append(CultureInfo.InvariantCulture, $"    expires: \"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\"\n");
        }

        return (Checked(Insert(text, "tokens:", entry.ToString()), source), token);
    }

    private static string HashOf(string password) => Encoding.UTF8.GetByteCount(password) is > 0 and <= 72
        ? BCrypt.Net.BCrypt.HashPassword(password, AccessPolicy.PasswordCost)
        : throw new HeronException(FaultKind.Invalid, "a password must have 1 to 72 bytes; bcrypt does not look at more");

    private static void AppendList(StringBuilder entry, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            entry.Append(CultureInfo.InvariantCulture, $"    {key}: [{string.Join(", ", values.Select(Quoted))}]\n");
        }
    }

    // Single quotes: nothing but a single quote means anything inside.
    private static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Insert(string text, string section, string entry)
    {
        var lines = text.Split('\n').ToList();
        var at = lines.FindIndex(l => l.TrimEnd() == section);
        if (at >= 0)
        {
            lines.Insert(at + 1, entry.TrimEnd('\n'));
            return string.Join('\n', lines);
        }

        return $"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : "\n")}{section}\n{entry}";
    }

    // A file in a notation that lines cannot be put into, such as {users: ...}, is left alone.
    private static string Checked(string text, string source)
    {
        try
        {
            UsersFile.Read(text, source);
            return text;
        }
        catch (HeronException e)
        {
            throw new HeronException(FaultKind.Invalid, $"nothing was written; with the new lines the file would be wrong: {e.Message}", e);
        }
    }
}
