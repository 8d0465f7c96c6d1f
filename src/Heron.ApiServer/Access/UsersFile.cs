// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core;
using Heron.Core.Configuration.Yaml;

namespace Heron.ApiServer.Access;

/// <summary>
/// Reads the file of <c>--users</c> (docs/security.md shows one): <c>users</c> with bcrypt hashes, groups, rights and certificate
/// subjects, <c>groups</c> with rights, <c>tokens</c> with their owners, <c>issuers</c> with their keys. All mistakes are told, not the first.
/// </summary>
internal sealed class UsersFile
{
    private readonly List<string> _mistakes = [];
    private readonly List<string> _warnings = [];
    private readonly string _source;

    private UsersFile(string source) => _source = source;

    /// <summary>Reads and checks.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="source">Its path, for messages.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, one line for every mistake.</exception>
    public static AccessPolicy Read(string text, string source)
    {
        var file = new UsersFile(source);
        var policy = file.Read(YamlReader.ReadMap(text, source));
        return file._mistakes.Count == 0 ? policy : throw new HeronException(FaultKind.Invalid, string.Join('\n', file._mistakes));
    }

    private AccessPolicy Read(YamlMap root)
    {
        RequireKeys(root, "the file", "users", "groups", "tokens", "issuers");
        var groups = new Dictionary<string, IReadOnlyList<Grant>>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(root, "groups"))
        {
            RequireKeys(value, $"group {name}", "rights");
            groups[name] = Grants(value, $"group {name}");
        }

        var users = new Dictionary<string, User>(StringComparer.Ordinal);
        var passwords = new Dictionary<string, string>(StringComparer.Ordinal);
        var subjects = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(root, "users"))
        {
            var where = $"user {name}";
            RequireKeys(value, where, "password", "groups", "rights", "acts-for", "subjects");
            users[name] = new User(name, [.. Grants(value, where), .. GroupGrants(value, where, groups)], Texts(value, "acts-for", where));
            if (Text(value, "password", where) is { } password)
            {
                if (!IsBcrypt(password))
                {
                    Note($"{where}: the password is no bcrypt hash; make one with 'htpasswd -nB {name}' or 'heron-apiserver user add'");
                }

                passwords[name] = password;
            }

            foreach (var subject in Texts(value, "subjects", where))
            {
                subjects[subject] = name;
            }
        }

        return new AccessPolicy(users, passwords, subjects, [.. Tokens(root, users)], groups, Issuers(root)) { Warnings = _warnings };
    }

    private IEnumerable<AccessToken> Tokens(YamlMap root, Dictionary<string, User> users)
    {
        foreach (var token in Items(root, "tokens", "a token must have name, user and sha256"))
        {
            var where = $"token {Text(token, "name", "a token")}";
            RequireKeys(token, where, "name", "user", "sha256", "expires");
            var (name, user, hash) = (Text(token, "name", where), Text(token, "user", where), Hash(Text(token, "sha256", where)));
            var expires = Expiry(token.GetValueOrDefault("expires"), where);
            if (name is null || user is null || hash is null)
            {
                Note($"{where} must have name, user, and sha256 with 64 hexadecimal digits");
            }
            else if (!users.ContainsKey(user))
            {
                Note($"{where}: there is no user {user}");
            }
            else
            {
                yield return new AccessToken(name, user, hash, expires);
            }
        }
    }

    private List<Issuer> Issuers(YamlMap root)
    {
        var issuers = new List<Issuer>();
        foreach (var item in Items(root, "issuers", "an issuer must have issuer, audience and keys"))
        {
            var where = $"issuer {Text(item, "issuer", "an issuer")}";
            RequireKeys(item, where, "issuer", "audience", "keys", "user", "groups", "prefix", "clock-skew");
            var (name, audiences, keys) = (Text(item, "issuer", where), Texts(item, "audience", where), Keys(item, where));
            var skew = Seconds(item, "clock-skew", where, Issuer.LongestClockSkew) ?? Issuer.DefaultClockSkew;
            var (user, groups, prefix) = (Text(item, "user", where), Text(item, "groups", where), Text(item, "prefix", where));
            if (string.IsNullOrEmpty(name) || audiences.Count == 0 || audiences.Contains(""))
            {
                Note($"{where} must have issuer, the tokens' 'iss', and audience, what their 'aud' must name");
            }
            else if (issuers.Exists(i => i.Name == name))
            {
                Note($"{where} stands there twice; audience may be a list");
            }
            else if (keys is not null)
            {
                issuers.Add(new Issuer(name, audiences, keys, user ?? Issuer.DefaultUserClaim, groups, prefix ?? "", skew));
            }
        }

        return issuers;
    }

    // A file is looked into at once. An address is not asked: its owner may be away for a while, and the other users must get in.
    private KeyPlace? Keys(YamlMap issuer, string where)
    {
        var text = Text(issuer, "keys", where);
        var place = string.IsNullOrEmpty(text) ? null : KeyPlace.Parse(text, Path.GetDirectoryName(Path.GetFullPath(_source))!);
        if (place is null)
        {
            Note($"{where}: keys must be a file, an https address, or an http address of this machine, where its public keys are (JWKS)");
        }

        try
        {
            var mistakes = place?.Path is { } path ? IssuerKeys.Read(path).Mistakes : "";
            _warnings.AddRange(mistakes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(m => $"{_source}: {where}: {m}"));
        }
        catch (HeronException e)
        {
            Note($"{where}: {e.Message}");
        }

        return place;
    }

    private TimeSpan? Seconds(YamlMap map, string key, string where, TimeSpan longest)
    {
        if (map.GetValueOrDefault(key) is not { } value)
        {
            return null;
        }

        if (double.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var seconds)
            && seconds >= 0 && seconds <= longest.TotalSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Note($"{where}: {key} must be seconds, {longest.TotalSeconds} at most");
        return null;
    }

    private static byte[]? Hash(string? hex) => hex is { Length: 64 } && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;

    // A date without time is the last day of the token.
    private DateTimeOffset? Expiry(object? value, string where)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        Note($"{where}: expires must be a date such as 2027-01-31 or a time such as 2027-01-31T12:00:00Z");
        return DateTimeOffset.MinValue;
    }

    private IEnumerable<Grant> GroupGrants(YamlMap user, string where, Dictionary<string, IReadOnlyList<Grant>> groups)
    {
        foreach (var name in Texts(user, "groups", where))
        {
            if (groups.TryGetValue(name, out var grants))
            {
                foreach (var grant in grants)
                {
                    yield return grant;
                }
            }
            else
            {
                Note($"{where}: there is no group {name}");
            }
        }
    }

    private List<Grant> Grants(YamlMap owner, string where)
    {
        var grants = new List<Grant>();
        foreach (var text in Texts(owner, "rights", where))
        {
            if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var names, var pattern]
                && TopologyPattern.Parse(pattern) is { } topologies && Rights(names) is { } rights)
            {
                grants.Add(new Grant(rights, topologies));
            }
            else
            {
                Note($"{where}: '{text}' is no right: write 'read,submit,operate,admin CLUSTER/ROLE/ENVIRONMENT/NAME' with the rights "
                    + "that are meant, '*' in a segment for any, or '*' alone for every topology");
            }
        }

        return grants;
    }

    private static Right? Rights(string names)
    {
        var rights = Right.None;
        foreach (var name in names.Split(','))
        {
            if (name is not ("read" or "submit" or "operate" or "admin"))
            {
                return null;
            }

            rights |= Enum.Parse<Right>(name, ignoreCase: true);
        }

        return rights;
    }

    private IEnumerable<(string Name, YamlMap Value)> Entries(YamlMap root, string key)
    {
        if (!root.TryGetValue(key, out var value) || value is null)
        {
            yield break;
        }

        if (value is not YamlMap entries)
        {
            Note($"{key} must be a mapping of names");
            yield break;
        }

        foreach (var (name, entry) in entries)
        {
            if (entry is null or YamlMap)
            {
                yield return (name, entry as YamlMap ?? []);
            }
            else
            {
                Note($"{key}: {name} must be a mapping");
            }
        }
    }

    private IEnumerable<YamlMap> Items(YamlMap root, string key, string wanted)
    {
        if (!root.TryGetValue(key, out var value) || value is null)
        {
            yield break;
        }

        if (value is not IReadOnlyList<object?> items)
        {
            Note($"{key} must be a list");
            yield break;
        }

        foreach (var item in items)
        {
            if (item is YamlMap map)
            {
                yield return map;
            }
            else
            {
                Note(wanted);
            }
        }
    }

    private List<string> Texts(YamlMap map, string key, string where)
    {
        switch (map.GetValueOrDefault(key))
        {
            case null:
                return [];
            case string text:
                return [text];
            case IEnumerable<object?> list when list.All(i => i is string):
                return [.. list.Cast<string>()];
            default:
                Note($"{where}: {key} must be a list of texts");
                return [];
        }
    }

    private string? Text(YamlMap map, string key, string where)
    {
        switch (map.GetValueOrDefault(key))
        {
            case null:
                return null;
            case string text:
                return text;
            default:
                Note($"{where}: {key} must be text; put it in quotes");
                return null;
        }
    }

    private void RequireKeys(YamlMap map, string where, params string[] known)
    {
        foreach (var key in map.Keys.Except(known))
        {
            Note($"{where}: '{key}' means nothing; there are {string.Join(", ", known)}");
        }
    }

    private static bool IsBcrypt(string hash) =>
        hash.Length == 60 && hash[0] == '$' && hash[3] == '$' && hash[..4] is "$2a$" or "$2b$" or "$2y$" && hash[6] == '$';

    private void Note(string mistake) => _mistakes.Add($"{_source}: {mistake}");
}
