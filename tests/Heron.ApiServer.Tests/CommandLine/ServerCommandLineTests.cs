// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.ApiServer.Client;
using Heron.ApiServer.CommandLine;
using Microsoft.Extensions.Logging;

namespace Heron.ApiServer.Tests.CommandLine;

public sealed class ServerCommandLineTests : IDisposable
{
    private readonly string _program = Directory.CreateTempSubdirectory("heron-program-").FullName;
    private readonly string _working = Directory.CreateTempSubdirectory("heron-working-").FullName;

    public ServerCommandLineTests()
    {
        Directory.CreateDirectory(Path.Join(_program, "conf", "nomad"));
        Directory.CreateDirectory(Path.Join(_program, "conf", "standalone"));
        Directory.CreateDirectory(Path.Join(_working, "my-conf"));
        File.WriteAllText(Path.Join(_working, "core.tar.gz"), "core");
        File.WriteAllText(Path.Join(_working, "my-release.yaml"), "{}");
    }

    public void Dispose()
    {
        Directory.Delete(_program, recursive: true);
        Directory.Delete(_working, recursive: true);
    }

    [Fact]
    public void Cluster_alone_is_enough_and_everything_else_has_its_default()
    {
        var options = Good("--cluster", "nomad");
        Assert.Equal("nomad", options.Cluster);
        Assert.Equal(Path.Join(_program, "conf", "nomad"), options.TemplateDirectory);
        Assert.Equal(9000, options.Port);
        Assert.Null(options.BindAddress);
        Assert.Null(options.ReleaseFile);
        Assert.Null(options.DownloadHostname);
        Assert.Null(options.HeronCorePackagePath);
        Assert.Empty(options.Overrides);
        Assert.False(options.Log.Verbose);
    }

    [Theory]
    [InlineData("nomad")]
    [InlineData("prod", "--base-template", "nomad")]
    public void Templates_of_the_Heron_that_is_installed_go_before_those_of_the_program(string cluster, params string[] more)
    {
        var installed = Directory.CreateDirectory(Path.Join(_working, ".heron", "conf", "nomad")).FullName;
        File.WriteAllText(Path.Join(installed, "scheduler.yaml"), "{}");
        var options = ReadWithHome(["--cluster", cluster, .. more]).Options!;
        Assert.Equal((installed, Path.Join(_program, "conf", "nomad")), (options.TemplateDirectory, options.PassedOverTemplate));
    }

    [Fact]
    public void A_named_folder_goes_before_that_of_the_Heron_that_is_installed_and_an_empty_one_is_not_meant()
    {
        var installed = Directory.CreateDirectory(Path.Join(_working, ".heron", "conf", "nomad")).FullName;
        var options = ReadWithHome(["--cluster", "nomad"]).Options!;
        Assert.Equal((Path.Join(_program, "conf", "nomad"), null), (options.TemplateDirectory, options.PassedOverTemplate));

        File.WriteAllText(Path.Join(installed, "scheduler.yaml"), "{}");
        options = ReadWithHome(["--cluster", "nomad", "--config-path", "my-conf"]).Options!;
        Assert.Equal((Path.Join(_working, "my-conf"), null), (options.TemplateDirectory, options.PassedOverTemplate));
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var options = Good(
            "--cluster", "prod", "--base-template", "standalone", "--port", "9123", "--release-file", "my-release.yaml",
            "--verbose", "--download-hostname", "api.example.org", "--heron-core-package-path", "core.tar.gz",
            "--bind", "127.0.0.1");
        Assert.Equal("prod", options.Cluster);
        Assert.Equal(Path.Join(_program, "conf", "standalone"), options.TemplateDirectory);
        Assert.Equal(9123, options.Port);
        Assert.Equal(Path.Join(_working, "my-release.yaml"), options.ReleaseFile);
        Assert.True(options.Log.Verbose);
        Assert.Equal("api.example.org", options.DownloadHostname);
        Assert.Equal(Path.Join(_working, "core.tar.gz"), options.HeronCorePackagePath);
        Assert.Equal(IPAddress.Loopback, options.BindAddress);
    }

    [Fact]
    public void The_version_is_printed_whatever_else_is_said()
    {
        var read = new ServerCommandLine(_program, _working).Read(["--port", "x", "--version"]);
        Assert.Equal($"heron-apiserver {ServerVersion.Text}\n", read.HelpText);
        Assert.Empty(read.Mistakes);
    }

    [Fact]
    public void Levels_of_the_log_are_for_all_lines_or_for_those_of_a_category()
    {
        var log = Good("--cluster", "nomad", "--verbose", "--log-level", "warning,Heron.ZooKeeper=debug", "--log-level", "Microsoft=off").Log;
        Assert.Equal(LogLevel.Warning, log.Level);
        Assert.Equal(LogLevel.Debug, log.Categories["Heron.ZooKeeper"]);
        Assert.Equal(LogLevel.None, log.Categories["Microsoft"]);
        Assert.Equal(LogLevel.Debug, Good("--cluster", "nomad", "--verbose").Log.Level);
    }

    [Theory]
    [InlineData("debgu", "is debug meant?")]
    [InlineData("foo", "they are trace, debug, info, warning, error, off")]
    [InlineData("Heron=loud", "they are trace, debug, info, warning, error, off")]
    [InlineData("=debug", "names no category")]
    public void A_level_that_is_none_is_a_mistake_with_the_right_ones(string level, string words)
    {
        var mistake = Assert.Single(new ServerCommandLine(_program, _working).Read(["--cluster", "nomad", "--log-level", level]).Mistakes);
        Assert.Contains(words, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9001", null, 9001)]
    [InlineData("10.0.0.5:9001", "10.0.0.5", 9001)]
    [InlineData("[::1]:0", "::1", 0)]
    [InlineData("localhost:1", "127.0.0.1", 1)]
    public void A_listener_for_downloads_is_a_port_or_an_address_with_one(string text, string? address, int port) => Assert.Equal(
        (address is null ? null : IPAddress.Parse(address), port), Good("--cluster", "nomad", "--download-listen", text).DownloadListen);

    [Theory]
    [InlineData("--download-listen", "host:9001")]
    [InlineData("--download-listen", "10.0.0.5")]
    [InlineData("--download-listen", ":9001")]
    [InlineData("--download-listen", "70000")]
    [InlineData("--trusted-proxies", "proxy.example")]
    public void A_listener_or_a_proxy_that_is_none_is_told(string flag, string value) => Assert.Contains(
        flag, Assert.Single(Mistakes("--cluster", "nomad", flag, value)), StringComparison.Ordinal);

    [Fact]
    public void Trusted_proxies_are_addresses_and_networks() => Assert.Equal(
        ["10.0.0.0/8", "192.168.1.7/32", "fd00::1/128"],
        Good("--cluster", "nomad", "--trusted-proxies", "10.0.0.0/8, 192.168.1.7", "--trusted-proxies", "fd00::1")
            .TrustedProxies.Select(network => network.ToString()));

    [Fact]
    public void Cores_may_be_a_folder() => Assert.Equal(
        Path.Join(_working, "my-conf"), Good("--cluster", "nomad", "--heron-core-package-path", "my-conf").HeronCorePackagePath);

    [Fact]
    public void Config_path_wins_over_templates_beside_the_program() => Assert.Equal(
        Path.Join(_working, "my-conf"),
        Good("--cluster", "nowhere", "--base-template", "nomad", "--config-path", "my-conf").TemplateDirectory);

    [Fact]
    public void A_config_path_above_the_templates_names_the_one_that_could_be_meant()
    {
        Directory.CreateDirectory(Path.Join(_working, "all", "nomad"));
        File.WriteAllText(Path.Join(_working, "all", "nomad", "scheduler.yaml"), "");
        Directory.CreateDirectory(Path.Join(_working, "all", "notes"));
        var mistake = Assert.Single(Mistakes("--cluster", "nomad", "--config-path", "all"));
        Assert.Contains("has no template files itself", mistake, StringComparison.Ordinal);
        Assert.EndsWith(Path.Join(_working, "all", "nomad"), mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_path_that_is_a_file_or_is_not_there_is_said_to_be_that()
    {
        File.WriteAllText(Path.Join(_working, "client.yaml"), "");
        Assert.Contains("is a file", Assert.Single(Mistakes("--cluster", "nomad", "--config-path", "client.yaml")), StringComparison.Ordinal);
        Assert.Contains("there is no folder", Assert.Single(Mistakes("--cluster", "nomad", "--config-path", "nothing")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_path_that_cannot_be_read_is_said_to_be_that()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root reads every folder");
        var closed = Directory.CreateDirectory(Path.Join(_working, "closed"));
        closed.UnixFileMode = UnixFileMode.None;
        try
        {
            Assert.Contains("cannot be read", Assert.Single(Mistakes("--cluster", "nomad", "--config-path", "closed")), StringComparison.Ordinal);
        }
        finally
        {
            closed.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }
    }

    [Fact]
    public void Release_file_beside_the_program_is_found()
    {
        File.WriteAllText(Path.Join(_program, "release.yaml"), "{}");
        Assert.Equal(Path.Join(_program, "release.yaml"), Good("--cluster", "nomad").ReleaseFile);
    }

    [Fact]
    public void Properties_are_one_or_two_arguments_and_the_last_of_a_key_counts()
    {
        var options = Good(
            "-Da=1", "-D", "b=2", "--cluster", "nomad", "-D", "c=x=y", "-Dd=", "-De=--port", "-D", "f=-Dg=1", "-Da=3", "-Dh=a b");
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["a"] = "3",
                ["b"] = "2",
                ["c"] = "x=y",
                ["d"] = "",
                ["e"] = "--port",
                ["f"] = "-Dg=1",
                ["h"] = "a b",
            },
            options.Overrides);
    }

    [Fact]
    public void Value_may_follow_an_equals_sign() => Assert.Equal(9001, Good("--cluster=nomad", "--port=9001").Port);

    [Fact]
    public void File_names_that_begin_with_an_at_sign_are_not_read_as_arguments()
    {
        File.WriteAllText(Path.Join(_working, "args"), "--port 1");
        Assert.Contains("@args", Assert.Single(Mistakes("--cluster", "nomad", "@" + Path.Join(_working, "args")[^4..])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_lists_every_flag_even_when_the_rest_is_wrong(string flag)
    {
        var result = Read(flag, "--port", "x");
        Assert.Null(result.Options);
        Assert.Empty(result.Mistakes);
        foreach (var name in new[]
        {
            "--cluster", "--base-template", "--config-path", "--port", "--release-file", "-D", "--verbose",
            "--download-hostname", "--heron-core-package-path", "--bind", "--help",
        })
        {
            Assert.Contains(name, result.HelpText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Help_lists_every_command_and_help_of_a_command_is_about_it()
    {
        var reader = new ServerCommandLine(_program, _working, commands: [.. ClientCommands.Described(), .. ToolCommands.Root().Subcommands]);
        Assert.All(CommandNames.All, name => Assert.Contains($"\n  {name} ", reader.Read(["--help"]).HelpText, StringComparison.Ordinal));
        var check = reader.Read(["--help"], "check").HelpText!;
        Assert.Contains("heron-apiserver check [options]", check, StringComparison.Ordinal);
        Assert.Contains("--allowed-hosts", check, StringComparison.Ordinal);
        Assert.DoesNotContain("licenses", check, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("logs")]
    public void A_command_behind_options_is_told_where_it_goes(string command) => Assert.Equal(
        $"{command} is a command: write it first, before all options", Assert.Single(Mistakes("--cluster", "nomad", command)));

    [Fact]
    public void Cluster_is_required() =>
        Assert.Contains("--cluster is missing", Assert.Single(Mistakes()), StringComparison.Ordinal);

    [Theory]
    [InlineData("--nope")]
    [InlineData("--nope", "value")]
    [InlineData("--nope=value")]
    [InlineData("stray")]
    [InlineData("-x")]
    public void Unknown_argument_is_one_mistake_that_names_it(params string[] arguments) => Assert.StartsWith(
        "unknown argument " + arguments[0],
        Assert.Single(Mistakes(["--cluster", "nomad", .. arguments])),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("80 80")]
    [InlineData("")]
    public void Bad_port_is_named(string port) => Assert.Contains(
        "--port", Assert.Single(Mistakes("--cluster", "nomad", "--port", port)), StringComparison.Ordinal);

    [Theory]
    [InlineData("../etc")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("${HOME}")]
    public void Cluster_that_is_no_plain_name_is_refused_in_one_line(string cluster)
    {
        var mistake = Assert.Single(Mistakes("--cluster", cluster));
        Assert.StartsWith("--cluster ", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', mistake);
    }

    [Theory]
    [InlineData("-Dkey")]
    [InlineData("-D", "key")]
    [InlineData("-D", "=value")]
    public void Property_without_key_or_equals_sign_is_refused(params string[] arguments) => Assert.Contains(
        "-D key=value", Assert.Single(Mistakes(["--cluster", "nomad", .. arguments])), StringComparison.Ordinal);

    [Theory]
    [InlineData("--port")]
    [InlineData("-D")]
    [InlineData("--bind")]
    public void Flag_without_its_value_is_one_mistake(string flag) => Assert.StartsWith(
        $"{flag} has no value: write {flag} ", Assert.Single(Mistakes("--cluster", "nomad", flag)), StringComparison.Ordinal);

    [Fact]
    public void Cluster_without_its_value_is_one_mistake() =>
        Assert.Contains("--cluster", Assert.Single(Mistakes("--cluster")), StringComparison.Ordinal);

    [Fact]
    public void Options_that_could_be_read_come_with_the_mistakes_so_that_more_can_be_looked_for()
    {
        var result = Read("--cluster", "nomad", "--port", "x", "-Da=b", "--nope");
        Assert.Equal(2, result.Mistakes.Count);
        Assert.Equal("b", result.Options!.Overrides["a"]);
        Assert.Equal(0, result.Options.Port);
        Assert.Null(Read("--cluster", "nowhere").Options);
        Assert.Null(Read("--port", "1").Options);
    }

    [Fact]
    public void Flag_that_is_there_twice_is_one_mistake() => Assert.Equal(
        "--port is there 2 times: write it once", Assert.Single(Mistakes("--cluster", "nomad", "--port", "1", "--port", "2")));

    [Fact]
    public void All_mistakes_are_reported_together()
    {
        var mistakes = Mistakes(
            "--base-template", "missing", "--nope", "--port", "x", "--bind", "nobody", "-D", "key", "--release-file", "r.yaml",
            "--heron-core-package-path", "c.tar.gz", "--download-hostname", "a b", "--download-url", "ftp://host/x");
        Assert.Equal(10, mistakes.Count);
        foreach (var part in new[]
        {
            "--nope", "--port x", "--bind nobody", "-D key", "r.yaml", "c.tar.gz", "--download-hostname a b", "--download-url ftp://host/x", "--cluster is missing",
            Path.Join(_program, "conf", "missing"),
        })
        {
            Assert.Single(mistakes, mistake => mistake.Contains(part, StringComparison.Ordinal));
        }
    }

    private ServerOptions Good(params string[] arguments)
    {
        var result = Read(arguments);
        Assert.Empty(result.Mistakes);
        return Assert.IsType<ServerOptions>(result.Options);
    }

    private IReadOnlyList<string> Mistakes(params string[] arguments)
    {
        var result = Read(arguments);
        Assert.Null(result.HelpText);
        return result.Mistakes;
    }

    private CommandLineResult ReadWithHome(string[] arguments) =>
        new ServerCommandLine(_program, _working, homeTemplates: Path.Join(_working, ".heron", "conf")).Read(arguments);

    private CommandLineResult Read(params string[] arguments) => new ServerCommandLine(_program, _working).Read(arguments);
}
