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
