// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Client;
using Heron.ApiServer.CommandLine;
using Heron.Testing;

namespace Heron.ApiServer.Tests.CommandLine;

/// <summary>What a shell offers when somebody presses the tab key, and what the manual says: all of it from the options themselves.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-completion-").FullName;

    public void Dispose() => Scratch.Delete(_folder);

    [Theory]
    [InlineData("heron-apiserver --allowed", "--allowed-hosts")]
    [InlineData("heron-apiserver --log-format ", "json text")]
    [InlineData("heron-apiserver --log-format = j", "json")]
    [InlineData("heron-apiserver --log-format =", "json text")]
    [InlineData("heron-apiserver --port ", "")]
    [InlineData("heron-apiserver us", "user")]
    [InlineData("heron-apiserver list --output ", "json table")]
    [InlineData("heron-apiserver logs --serv", "--service-url")]
    [InlineData("heron-apiserver user ", "--help add token")]
    [InlineData("heron-apiserver user token --d", "--days")]
    [InlineData("heron-apiserver check --download-u", "--download-url")]
    [InlineData("heron-apiserver config --hel", "--help")]
    [InlineData("heron-apiserver completion ", "bash zsh")]
    [InlineData("heron-apiserver --config rel", "release.yaml releases")]
    [InlineData("heron-apiserver --config-path rel", "releases")]
    [InlineData("heron-apiserver audit verify rel", "release.yaml releases")]
    public void Bash_offers_what_fits(string line, string expected)
    {
        File.WriteAllText(Path.Join(_folder, "release.yaml"), "");
        Directory.CreateDirectory(Path.Join(_folder, "releases"));
        Assert.Equal(expected, string.Join(' ', Bash(line).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Bash_offers_every_option_and_command_that_help_tells_of()
    {
        var offered = Bash("heron-apiserver ").ToHashSet();
        foreach (var option in new ServerCommandLine("/", "/").Command.Options)
        {
            Assert.Contains(option.Name, offered);
        }

        Assert.Empty(new[] { "check", "config", "user", "audit", "licenses", "completion", "man", "list", "show", "logs", "events" }.Except(offered));
        Assert.Equal("complete -F _heron_apiserver heron-apiserver", Script("complete -p heron-apiserver").Output.Trim());
    }

    [Fact]
    public void Zsh_reads_its_completion_without_a_word()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh") || File.Exists("/bin/zsh"), "zsh is not installed");
        var file = Path.Join(_folder, "_heron-apiserver");
        File.WriteAllText(file, Printed("completion", "zsh"));
        Assert.Equal("", Tool.Run("zsh", "-n", file).Succeeded().Errors);

        // The arguments that _arguments would get, command by command.
        var script = "_arguments() { print -rl -- $@ }; compdef() { }; source $1; words=(heron-apiserver user token ''); CURRENT=4; _heron_apiserver";
        var specifications = Tool.Run("zsh", "-f", "-c", script, "zsh", file).Succeeded().Lines;
        Assert.Contains(specifications, line => line.StartsWith("--users=[The users file.]:FILE:_files", StringComparison.Ordinal));
        Assert.Contains(specifications, line => line.StartsWith("1:USER:", StringComparison.Ordinal));
    }

    [Fact]
    public void The_manual_page_is_clean_and_has_every_option_and_command()
    {
        var file = Path.Join(_folder, "heron-apiserver.8");
        File.WriteAllText(file, Printed("man"));
        var page = Tool.Run("groff", "-man", "-ww", "-Tascii", "-P-cbu", "-rLL=300n", file).Succeeded();
        Assert.Equal("", page.Errors);
        foreach (var option in new ServerCommandLine("/", "/").Command.Options)
        {
            Assert.Contains(page.Lines, line => line.Trim().Split(' ')[0] == option.Name);
        }

        Assert.Contains("heron-apiserver user add NAME [option ...]", page.Output, StringComparison.Ordinal);
        Assert.Contains("heron-apiserver completion bash|zsh", page.Output, StringComparison.Ordinal);
        Assert.Contains(ServerVersion.Text, page.Output, StringComparison.Ordinal);
    }

    private static string Printed(params string[] arguments)
    {
        using var output = new StringWriter();
        Assert.True(ToolCommands.AreMeant(arguments));
        Assert.Equal(ExitCodes.Success, new ToolCommands(TextReader.Null, output, TextWriter.Null, TimeProvider.System, ClientCommands.Described()).Run(arguments));
        return output.ToString();
    }

    // The last word is the one that the cursor stands at the end of.
    private IReadOnlyList<string> Bash(string line) =>
        Script($"COMP_WORDS=({string.Join(' ', line.Split(' ').Select(word => $"'{word}'"))}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
            + "_heron_apiserver; printf '%s\\n' \"${COMPREPLY[@]}\"").Lines;

    private Tool Script(string commands)
    {
        var file = Path.Join(_folder, "completion.bash");
        File.WriteAllText(file, Printed("completion", "bash"));
        var ran = Tool.Run("bash", "--norc", "-c", $"source \"$1\" && cd \"$2\" && {{ {commands}; }}", "bash", file, _folder).Succeeded();
        Assert.Equal("", ran.Errors);
        return ran;
    }
}
