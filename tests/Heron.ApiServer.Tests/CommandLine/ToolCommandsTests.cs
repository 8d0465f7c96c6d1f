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
}
