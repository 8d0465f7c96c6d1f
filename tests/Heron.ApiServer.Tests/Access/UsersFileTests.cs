// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.ApiServer.Access;
using Heron.Core;
using Heron.Operations;

namespace Heron.ApiServer.Tests.Access;

public sealed class UsersFileTests
{
    // "secret" as htpasswd -B writes it.
    private const string Secret = "$2y$05$qrBX9ZfbXOPqDHMNjaKtOuoh0M3n9l0sTXcO3l0qf9Jk7O0hHhQ5e";

    private static readonly TopologyAddress Words = new("nomad", "ads", "devel", "words");

    [Theory]
    [InlineData("read nomad/ads/*/*", "Read", true)]
    [InlineData("read nomad/ads/*/*", "Operate", false)]
    [InlineData("operate nomad/ads/devel/words", "Read", true)]
    [InlineData("operate nomad/ads/devel/words", "Submit", false)]
    [InlineData("submit,operate nomad/a*/devel/w?rds", "Submit", true)]
    [InlineData("submit,operate nomad/ops/*/*", "Submit", false)]
    [InlineData("submit nomad/ADS/*/*", "Submit", false)]
    [InlineData("admin *", "Operate", true)]
    [InlineData("read *", "Admin", false)]
    public void A_right_holds_for_the_topologies_of_its_pattern(string right, string asked, bool granted)
    {
        var policy = UsersFile.Read($"users:\n  alice:\n    rights: ['{right}']\n", "users.yaml");
        Assert.Equal(granted, policy.ByName("alice")!.May(Enum.Parse<Right>(asked), Words));
    }

    [Fact]
    public void A_user_has_the_rights_of_the_groups_too()
    {
        var policy = UsersFile.Read(
            "groups:\n  ads:\n    rights: ['submit nomad/ads/*/*']\nusers:\n  alice:\n    groups: [ads]\n    rights: ['read *']\n    acts-for: [bob]\n", "f");
        var alice = policy.ByName("alice")!;
        Assert.True(alice.May(Right.Submit, Words));
        Assert.True(alice.May(Right.Read, Words with { Role = "x" }));
        Assert.False(alice.May(Right.Submit, Words with { Role = "x" }));
        Assert.True(alice.MayActFor("alice", Words) && alice.MayActFor("bob", Words) && !alice.MayActFor("carol", Words));
    }

    [Fact]
    public void A_file_that_is_wrong_is_told_all_its_mistakes()
    {
        var fault = Assert.Throws<HeronException>(() => UsersFile.Read(
            """
            users:
              alice: { password: plain, groups: [nobody], rights: ['fly nomad/*/*/*', 'read nomad'] }
              bob: { passwort: x }
            tokens:
              - { name: ci, user: carol, sha256: '0000000000000000000000000000000000000000000000000000000000000000' }
              - { name: short, user: alice, sha256: '00', expires: tomorrow }
            """,
            "users.yaml"));
        string[] expected =
        [
            "user alice: the password is no bcrypt hash", "user alice: there is no group nobody", "'fly nomad/*/*/*' is no right", "'read nomad' is no right",
            "user bob: 'passwort' means nothing", "token ci: there is no user carol", "token short must have name, user, and sha256", "expires must be a date",
        ];
        Assert.All(expected, e => Assert.Contains(e, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_password_takes_as_long_as_an_unknown_user_whatever_its_hash_costs()
    {
        var policy = UsersFile.Read(
            $"users:\n  cheap:\n    password: '{BCrypt.Net.BCrypt.HashPassword("secret", 4)}'\n  dear:\n    password: '{BCrypt.Net.BCrypt.HashPassword("secret", 11)}'\n",
            "users.yaml");
        var times = new[] { "cheap", "dear", "nobody" }.Select(name => Enumerable.Range(0, 4).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Assert.Null(policy.ByPassword(name, "guess"));
            return Stopwatch.GetElapsedTime(start);
        })).ToList();
        Assert.True(times.Min() * 8 > times.Max(), string.Join(", ", times));
        Assert.NotNull(policy.ByPassword("cheap", "secret"));
    }

    [Fact]
    public void Users_and_tokens_are_added_without_touching_what_stands_there()
    {
        var text = "# ours\nusers:\n  # the boss\n  'bob':\n    rights: ['admin *']\n";
        text = UsersFileEditor.AddUser(text, "f", "al+ice", "pass word", [], ["submit nomad/ads/*/*"]);
        (text, var token) = UsersFileEditor.AddToken(text, "f", "al+ice", "ci", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

        var policy = UsersFile.Read(text, "f");
        Assert.Contains("# ours\nusers:\n", text, StringComparison.Ordinal);
        Assert.Contains("  # the boss\n  'bob':\n    rights: ['admin *']\n", text, StringComparison.Ordinal);
        Assert.True(policy.ByPassword("al+ice", "pass word")!.May(Right.Submit, Words));
        Assert.Null(policy.ByPassword("al+ice", "pass Word"));
        Assert.Null(policy.ByPassword("bob", ""));
        Assert.Null(policy.ByPassword("nobody", "x"));
        Assert.Equal(("ci", "al+ice", 2030), (policy.ByToken(token)!.Name, policy.ByToken(token)!.User, policy.ByToken(token)!.Expires!.Value.Year));
        Assert.Null(policy.ByToken(token + "0"));
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.Throws<HeronException>(() => UsersFileEditor.AddUser(text, "f", "bob", "x", [], []));
        Assert.Throws<HeronException>(() => UsersFileEditor.AddUser("{users: {bob: {}}}", "f", "eve", "x", [], []));
    }
}
