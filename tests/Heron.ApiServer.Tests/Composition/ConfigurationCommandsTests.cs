// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Composition;

public sealed class ConfigurationCommandsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("heron-home-").FullName;

    private string OptionsPath => Path.Join(_home, "apiserver.yaml");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_configuration_that_a_server_can_start_with_is_told_so_with_its_warnings()
    {
        var (code, output, errors) = Run("check", "--cluster", "nomad", "-D", "heron.nomad.placment=x");
        Assert.Equal((ExitCodes.Success, ""), (code, errors));
        Assert.Contains("warning: nothing reads the setting heron.nomad.placment: is heron.nomad.placement meant?", output, StringComparison.Ordinal);
        Assert.Contains("warning: EVERYBODY", output, StringComparison.Ordinal);
        Assert.Contains("a server can start with this", output, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_of_options_file_template_and_parts_are_told_at_once()
    {
        File.WriteAllText(OptionsPath, "cluster: nomad\nprot: 1\nsettings:\n  heron.nomad.scheduler.uri: ftp://host\n");
        var (code, _, errors) = Run("check", "--bind", "nobody", "--require-login", "-D", "heron.class.uploader=org.example.None");
        Assert.Equal(ExitCodes.Mistake, code);
        foreach (var told in (string[])["is port meant?", "--bind nobody", "--require-login", "heron.nomad.scheduler.uri", "org.example.None"])
        {
            Assert.Single(errors.Split('\n'), line => line.Contains(told, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_told_once_and_not_as_one_that_is_missing_in_the_command_line()
    {
        File.WriteAllText(Path.Join(_home, "key.pem"), "");
        var (code, output, errors) = Run(
            "check", "--cluster", "nomad", "--users", "nowhere.yaml", "--require-login", "-D", "heron.apiserver.core.download=token",
            "--tls-certificate", "nowhere.pem", "--tls-key", "key.pem", "--tls-client-ca", "key.pem");
        Assert.Equal(ExitCodes.Mistake, code);
        Assert.Equal(
            [$"--users: there is no file {_home}/nowhere.yaml", $"--tls-certificate: there is no file {_home}/nowhere.pem"],
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("EVERYBODY", output, StringComparison.Ordinal);
        Assert.DoesNotContain("over the network as they are", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_look_leaves_nothing_behind()
    {
        var audit = Path.Join(_home, "audit", "log");
        Assert.Equal(ExitCodes.Success, Run("check", "--cluster", "local", "--audit-log", audit).Code);
        Assert.Equal(ExitCodes.Success, Run("config", "--cluster", "local", "--audit-log", audit).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home));
    }

    [Fact]
    public void A_folder_for_packages_that_cannot_be_made_is_a_mistake_all_the_same()
    {
        File.WriteAllText(Path.Join(_home, "file"), "");
        var (code, _, errors) = Run("check", "--cluster", "nomad", "-D", $"{StartChecks.StoreFolderKey}={_home}/file/store");
        Assert.Equal(ExitCodes.Mistake, code);
        Assert.Contains(StartChecks.StoreFolderKey, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_value_is_shown_with_where_it_comes_from()
    {
        File.WriteAllText(OptionsPath, "cluster: nomad\nport: 9123\nsettings:\n  heron.build.git.revision: fromfile\n  my.setting: file\n");
        var template = Path.Join(Fixtures.RepositoryRoot, "conf", "nomad", "statemgr.yaml");
        var (code, output, errors) = Run(
            "config", "--bind", "127.0.0.1", "-D", "my.setting=typed", "-D", "heron.statemgr.connection.string=zk:2181/root");
        Assert.Equal((ExitCodes.Success, ""), (code, errors));
        var lines = output.Split('\n');
        Assert.Contains($"--cluster = nomad ({OptionsPath})", lines);
        Assert.Contains($"--port = 9123 ({OptionsPath})", lines);
        Assert.Contains("--bind = 127.0.0.1 (command line)", lines);
        Assert.Contains("--log-format = text (default)", lines);
        Assert.Contains($"heron.build.git.revision = fromfile ({OptionsPath})", lines);
        Assert.Contains("my.setting = typed (command line)", lines);
        Assert.Contains(lines, line => line.StartsWith("heron.class.state.manager = ", StringComparison.Ordinal) && line.EndsWith($"({template})", StringComparison.Ordinal));
        Assert.Contains("heron.statemgr.root.path = /root/heron (this server)", lines);
        Assert.Contains(lines, line => line.StartsWith("heron.", StringComparison.Ordinal) && line.EndsWith("(default)", StringComparison.Ordinal));
    }

    [Fact]
    public void Secrets_are_masked_wherever_they_come_from()
    {
        File.WriteAllText(OptionsPath, "cluster: nomad\nsettings:\n  heron.nomad.token: hidden1\n");
        var (code, output, _) = Run(
            "config", "-D", "heron.uploader.s3.proxy_uri=http://u:hidden2@proxy", "-D", "my.database.password=hidden3", "-D", "my.uri=http://u:hidden4@host/path");
        Assert.Equal(ExitCodes.Success, code);
        Assert.DoesNotContain("hidden", output, StringComparison.Ordinal);
        Assert.Contains($"heron.nomad.token = {SecretMask.Masked} ({OptionsPath})", output, StringComparison.Ordinal);
        Assert.Contains($"my.uri = http://{SecretMask.Masked}@host/path (command line)", output, StringComparison.Ordinal);
    }

    private (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var reader = new ServerCommandLine(Fixtures.RepositoryRoot, _home, OptionsPath);
        Assert.True(ConfigurationCommands.AreMeant(arguments));
        var code = new ConfigurationCommands(output, errors, reader, PartCatalog.Shipped, new HostEnvironment(_home, null)).Run(arguments, new Findings());
        return (code, output.ToString(), errors.ToString());
    }
}
