// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.Testing;

namespace Heron.ApiServer.Tests.CommandLine;

public sealed class OptionsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heron-options-").FullName;

    private string Default => Path.Join(_folder, "apiserver.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void All_options_can_stand_in_the_file_and_paths_count_from_its_folder()
    {
        File.WriteAllText(Path.Join(_folder, "users.yaml"), "");
        var options = Good("""
            cluster: prod
            base-template: nomad
            port: 9123
            users: users.yaml
            require-login: yes
            verbose: false
            allowed-hosts: [one.example.org, two.example.org]
            trusted-proxies: 10.0.0.0/24
            settings:
              heron.nomad.scheduler.uri: http://nomad:4646
              heron.apiserver.http.upload.max.bytes: 1000
            """);
        Assert.Equal(("prod", 9123), (options.Cluster, options.Port));
        Assert.Equal(Path.Join(_folder, "users.yaml"), options.Access.UsersFile);
        Assert.True(options.Access.RequireLogin);
        Assert.False(options.Log.Verbose);
        Assert.Equal(["one.example.org", "two.example.org"], options.Access.AllowedHosts);
        Assert.Equal("10.0.0.0/24", Assert.Single(options.TrustedProxies).ToString());
        Assert.Equal("http://nomad:4646", options.Overrides["heron.nomad.scheduler.uri"]);
        Assert.Equal("1000", options.Overrides["heron.apiserver.http.upload.max.bytes"]);
        Assert.Equal(Default, options.File);
    }

    [Fact]
    public void The_command_line_goes_before_the_file()
    {
        var options = Good(
            "cluster: nomad\nport: 9123\nsettings:\n  a: file\n  b: file\n", "--port", "9124", "-Da=typed");
        Assert.Equal(("nomad", 9124), (options.Cluster, options.Port));
        Assert.Equal(("typed", "file"), (options.Overrides["a"], options.Overrides["b"]));
    }

    [Fact]
    public void A_named_file_is_read_instead_of_the_usual_one()
    {
        var other = Path.Join(_folder, "other.yaml");
        File.WriteAllText(other, "port: 1\n");
        var options = Good("cluster: nomad\nport: 2\n", "--cluster", "local", "--config", "other.yaml");
        Assert.Equal(("local", 1, other), (options.Cluster, options.Port, options.File));
    }

    [Fact]
    public void Without_a_file_nothing_changes()
    {
        var result = Read("--cluster", "nomad");
        Assert.Empty(result.Mistakes);
        Assert.Null(result.Options!.File);
    }

    [Theory]
    [InlineData("prot: 1", "prot is no option of this server: is port meant?")]
    [InlineData("something-else: 1", "something-else is no option of this server")]
    [InlineData("help: true", "help is no option of this server")]
    [InlineData("config: other.yaml", "config is no option of this server")]
    [InlineData("port: [1, 2]", "port must be one text or number")]
    [InlineData("port:", "port must be one text or number")]
    [InlineData("verbose: often", "verbose must be true or false")]
    [InlineData("allowed-hosts: { a: b }", "allowed-hosts must be a text or a list of them")]
    [InlineData("settings: heron", "settings must have lines 'key: value' below it")]
    [InlineData("settings: { a: [1] }", "the setting a must be one text")]
    [InlineData("port: 1\nport: 2", "the key port is there twice")]
    [InlineData("- port", "the document must be a list of 'key: value' lines")]
    public void What_means_nothing_is_one_mistake_that_names_file_and_line(string text, string told)
    {
        File.WriteAllText(Default, text);
        var mistake = Assert.Single(Read("--cluster", "nomad").Mistakes);
        Assert.StartsWith(Default, mistake, StringComparison.Ordinal);
        Assert.Contains(told, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_is_checked_as_on_the_command_line_and_is_never_an_option_itself()
    {
        File.WriteAllText(Default, "port: abc\nbind: --verbose\nsettings: { --verbose: x }\n");
        var result = Read("--cluster", "nomad");
        Assert.Equal(["--port abc", "--bind --verbose"], result.Mistakes.Select(mistake => string.Join(' ', mistake.Split(' ').Take(2))));
        Assert.False(result.Options!.Log.Verbose);
        Assert.Equal("x", result.Options.Overrides["--verbose"]);
    }

    [Fact]
    public void A_named_file_that_is_not_there_is_a_mistake() => Assert.Contains(
        "there is no file", Assert.Single(Read("--cluster", "nomad", "--config", "nothing.yaml").Mistakes), StringComparison.Ordinal);

    [Theory]
    [InlineData("--prot=1", "is --port meant?")]
    [InlineData("--verbos", "is --verbose meant?")]
    public void A_misspelt_option_gets_the_right_one(string argument, string told) => Assert.Contains(
        told, Assert.Single(Read("--cluster", "nomad", argument).Mistakes), StringComparison.Ordinal);

    [Fact]
    public void A_misspelt_cluster_gets_the_right_one()
    {
        Assert.EndsWith("/noamd: is nomad meant?", Assert.Single(Read("--cluster", "noamd").Mistakes), StringComparison.Ordinal);
        Assert.EndsWith("/elsewhere", Assert.Single(Read("--cluster", "elsewhere").Mistakes), StringComparison.Ordinal);
    }

    private ServerOptions Good(string text, params string[] arguments)
    {
        File.WriteAllText(Default, text);
        var result = Read(arguments);
        Assert.Empty(result.Mistakes);
        return Assert.IsType<ServerOptions>(result.Options);
    }

    private CommandLineResult Read(params string[] arguments) =>
        new ServerCommandLine(Fixtures.RepositoryRoot, _folder, Default).Read(arguments);
}
