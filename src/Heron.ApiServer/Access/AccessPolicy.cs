// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;

namespace Heron.ApiServer.Access;

/// <summary>What a users file says, as it was read once.</summary>
internal sealed class AccessPolicy
{
    // From here on who has it is told by its time rather than all others be slow: some two seconds.
    private const int MostCost = 15;

    private readonly IReadOnlyDictionary<string, User> _users;
    private readonly IReadOnlyDictionary<string, string> _passwords;
    private readonly IReadOnlyDictionary<string, string> _subjects;
    private readonly IReadOnlyList<AccessToken> _tokens;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Grant>> _groups;
    private readonly IReadOnlyList<Issuer> _issuers;
    private readonly int _highestCost;

    /// <summary>Holds what was read.</summary>
    public AccessPolicy(
        IReadOnlyDictionary<string, User> users,
        IReadOnlyDictionary<string, string> passwords,
        IReadOnlyDictionary<string, string> subjects,
        IReadOnlyList<AccessToken> tokens,
        IReadOnlyDictionary<string, IReadOnlyList<Grant>> groups,
        IReadOnlyList<Issuer> issuers)
    {
        _users = users;
        _passwords = passwords;
        _subjects = subjects;
        _tokens = tokens;
        _groups = groups;
        _issuers = issuers;
        _highestCost = passwords.Values.Select(CostOf).DefaultIfEmpty(PasswordCost).Max();
    }

    /// <summary>What looks wrong in the file, and in those that it names, and does not hinder its use; a line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>bcrypt's cost for new passwords: about 60 ms a try on one core.</summary>
    public const int PasswordCost = 10;

    /// <summary>
    /// The user of that name and password, or null. Takes as long for a name that is not there, and for hashes of every cost: htpasswd's
    /// own is a thirtieth of <see cref="PasswordCost"/>.
    /// </summary>
    public User? ByPassword(string name, string password)
    {
        if (!_passwords.TryGetValue(name, out var hash))
        {
            Verify(password, HashOfNothing(_highestCost));
            return null;
        }

        if (Verify(password, hash))
        {
            return _users[name];
        }

        // Every cost is twice the one before: with one of each they come to what the highest takes.
        for (var cost = CostOf(hash); cost < _highestCost; cost++)
        {
            Verify(password, HashOfNothing(cost));
        }

        return null;
    }

    /// <summary>The hash of a user's password; null for one without.</summary>
    public string? PasswordHashOf(string name) => _passwords.GetValueOrDefault(name);

    /// <summary>The token of that text, expired or not, or null. Every hash is compared, each in constant time.</summary>
    public AccessToken? ByToken(string text)
    {
        var hash = AccessToken.Hash(text);
        AccessToken? found = null;
        foreach (var token in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(token.Sha256, hash) ? token : found;
        }

        return found;
    }

    /// <summary>The user of that name, or null.</summary>
    public User? ByName(string name) => _users.GetValueOrDefault(name);

    /// <summary>The user to whom a certificate's subject belongs (RFC 2253 text, as openssl prints it), or null.</summary>
    public User? BySubject(string subject) => _subjects.TryGetValue(subject, out var name) ? _users[name] : null;

    /// <summary>The issuer of that name, or null.</summary>
    public Issuer? ByIssuer(string name) => _issuers.FirstOrDefault(i => i.Name == name);

    /// <summary>A user whom an issuer of tokens vouches for: what the file grants to that name, and to the groups that it names.</summary>
    public User Vouched(string name, IEnumerable<string> groups)
    {
        var known = ByName(name);
        var grants = groups.SelectMany(g => _groups.GetValueOrDefault(g) ?? []);
        return new User(name, [.. known?.Grants ?? [], .. grants], known?.ActsFor ?? []);
    }

    private static int CostOf(string hash) =>
        hash.Length > 6 && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost) ? Math.Min(cost, MostCost) : PasswordCost;

    // No password is known to have it.
    private static string HashOfNothing(int cost) => string.Create(CultureInfo.InvariantCulture, $"$2b${cost:00}${new string('.', 53)}");

    // htpasswd writes $2y$, which is what others call $2b$; BCrypt.Net takes both. Longer passwords than bcrypt reads match by their beginning, as everywhere.
    private static bool Verify(string password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (Exception e) when (e is BCrypt.Net.SaltParseException or ArgumentException)
        {
            return false;
        }
    }
}
