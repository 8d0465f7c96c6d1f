// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.Testing;

namespace Heron.ApiServer.Tests.CommandLine;

public class ToolCommandsTests
{
    [Fact]
    public void The_program_has_its_licence_and_all_notices_in_itself()
    {
        using var output = new StringWriter();
        Assert.True(ToolCommands.AreMeant(["licenses"]));
        Assert.Equal(ExitCodes.Success, new ToolCommands(TextReader.Null, output, TextWriter.Null, TimeProvider.System, []).Run(["licenses"]));
        foreach (var name in (string[])["LICENSE", "NOTICE", "THIRD-PARTY-NOTICES"])
        {
            Assert.Contains(File.ReadAllText(Path.Join(Fixtures.RepositoryRoot, name)), output.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("user needs a command: write user add or user token", "user")]
    [InlineData("NAME is missing: write add NAME", "user", "add", "--users", "f")]
    [InlineData("--users is missing: write --users FILE", "user", "add", "alice")]
    [InlineData("--users has no value: write --users FILE", "user", "add", "alice", "--users")]
    [InlineData("unknown argument --user: is --users meant? --help lists those that there are", "user", "add", "alice", "--user", "f")]
    [InlineData("unknown argument tokn: is token meant? --help lists those that there are", "user", "tokn")]
    [InlineData("unknown argument bob: --help lists those that there are", "user", "add", "alice", "bob", "--users", "f")]
    [InlineData("unknown argument @args: --help lists those that there are", "licenses", "@args")]
    [InlineData("FILE is missing: write verify FILE", "audit", "verify")]
    [InlineData("SHELL fish means nothing: write bash or zsh", "completion", "fish")]
    [InlineData("bash|zsh is missing: write completion bash|zsh", "completion")]
    [InlineData("--days never is no number of days: write one from 1 to 36500", "user", "token", "alice", "--name", "ci", "--users", "f", "--days", "never")]
    [InlineData("--days 0 is no number of days: write one from 1 to 36500", "user", "token", "alice", "--name", "ci", "--users", "f", "--days", "0")]
    [InlineData("--days 999999999 is no number of days: write one from 1 to 36500", "user", "token", "alice", "--name", "ci", "--users", "f", "--days", "999999999")]
    public void A_mistake_is_one_line_that_says_what_to_write(string mistake, params string[] arguments)
    {
        using var errors = new StringWriter();
        Assert.Equal(ExitCodes.Mistake, new ToolCommands(TextReader.Null, TextWriter.Null, errors, TimeProvider.System, []).Run(arguments));
        Assert.Equal([mistake], errors.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("token", "user")]
    [InlineData("--right", "user", "add")]
    [InlineData("--days", "user", "token")]
    [InlineData("<FILE>", "audit", "verify")]
    [InlineData("licenses", "licenses")]
    [InlineData("bash|zsh", "completion")]
    public void Every_command_has_help_whatever_else_it_wants(string told, params string[] arguments)
    {
        using var output = new StringWriter();
        Assert.Equal(ExitCodes.Success, new ToolCommands(TextReader.Null, output, TextWriter.Null, TimeProvider.System, []).Run([.. arguments, "--help"]));
        Assert.Contains(told, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_file_is_its_makers_alone_at_first_and_keeps_owner_group_and_permissions_from_then_on()
    {
        var folder = Directory.CreateTempSubdirectory("users-").FullName;
        var path = Path.Join(folder, "users.yaml");
        Assert.Equal(ExitCodes.Success, Run("user", "add", "alice", "--users", path));
        Assert.Equal("600", Stat("%a"));
        if (Environment.UserName == "root")
        {
            Tool.Run("chown", "4711:4712", path).Succeeded();
        }

        Tool.Run("chmod", "640", path).Succeeded();
        var before = Stat("%u:%g %a");

        Assert.Equal(ExitCodes.Success, Run("user", "token", "alice", "--name", "ci", "--users", path));

        Assert.Contains("name: 'ci'", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(before, Stat("%u:%g %a"));
        Assert.Single(Directory.GetFiles(folder));
        Scratch.Delete(folder);

        string Stat(string format) => Tool.Run("stat", "-c", format, path).Succeeded().Output.Trim();

        static int Run(params string[] arguments) =>
            new ToolCommands(new StringReader("a password\n"), TextWriter.Null, TextWriter.Null, TimeProvider.System, []).Run(arguments);
    }
}
