// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Testing;
using Heron.Testing.Documents;

namespace Heron.ApiServer.Tests.Documents;

/// <summary>What Heron's own documentation has people type and edit, as docs/from-the-java-server.md has it, on a machine with Heron's stock files.</summary>
public sealed partial class OldDocumentationTests : IDisposable
{
    private const string Page = "docs/from-the-java-server.md";

    private readonly string _home = Directory.CreateTempSubdirectory("heron-old-").FullName;
    private readonly HostEnvironment _host;
    private readonly string _template;

    public OldDocumentationTests()
    {
        _host = new HostEnvironment(_home, null);
        _template = Path.Join(_host.HeronConf, "nomad");
        Directory.CreateDirectory(_template);
        foreach (var file in Directory.EnumerateFiles(Fixtures.Reference("templates", "nomad")))
        {
            File.Copy(file, Path.Join(_template, Path.GetFileName(file)));
        }

        Directory.CreateDirectory(Path.Join(_home, ".heron", "dist"));
        File.WriteAllText(Path.Join(_home, ".heron", "dist", "heron-core.tar.gz"), "core");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Every_command_and_file_of_the_old_documentation_is_taken_in_its_order()
    {
        var blocks = CodeBlock.Of(Page);
        Assert.True(blocks.Count(block => block.Info == "sh old") >= 2, "the page has no commands");
        foreach (var block in blocks)
        {
            if (block.Info.StartsWith("yaml ", StringComparison.Ordinal))
            {
                Edit(Path.Join(_template, block.Info["yaml ".Length..]), block.Text);
            }
            else if (block.Info is "sh old" or "hcl old")
            {
                var arguments = block.Info == "sh old" ? Arguments(block) : ArgumentsOfJob(block.Text);
                var (code, output, errors) = Run("check", arguments);
                Assert.True(code == ExitCodes.Success, $"{Page}:{block.Line}: {errors}");
                Assert.Contains($"warning: the template is {_template}, where", output, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void What_was_edited_in_the_files_of_the_old_documentation_counts()
    {
        foreach (var block in CodeBlock.Of(Page).Where(block => block.Info.StartsWith("yaml ", StringComparison.Ordinal)))
        {
            var file = Path.Join(_template, block.Info["yaml ".Length..]);
            Edit(file, block.Text);
            var (code, output, errors) = Run("config", ["--cluster", "nomad", "-D", "heron.class.uploader=com.twitter.heron.uploader.http.HttpUploader"]);
            Assert.True(code == ExitCodes.Success, errors);
            foreach (var key in block.Text.Split('\n').Select(line => line.Split(':')[0]).Where(key => key != ConfigKeys.UploaderClass))
            {
                Assert.Contains(output.Split('\n'), line => line.StartsWith(key + " = ", StringComparison.Ordinal) && line.EndsWith($"({file})", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Stock_files_that_nobody_edited_end_the_start_with_the_folder_that_they_are_in_and_the_way_around()
    {
        var (code, _, errors) = Run("check", ["--cluster", "nomad"]);
        Assert.Equal(ExitCodes.Mistake, code);
        Assert.Contains("heron.uploader.s3.bucket is still <s3_bucket>, as in Heron's template", errors, StringComparison.Ordinal);
        var shipped = Path.Join(Fixtures.RepositoryRoot, "conf", "nomad");
        Assert.Contains($"the template is {_template}, where Heron's own documentation has it: --config-path says which one is meant, this one or {shipped}", errors, StringComparison.Ordinal);

        (code, var output, errors) = Run("check", ["--cluster", "nomad", "--config-path", shipped]);
        Assert.True(code == ExitCodes.Success, errors);
        Assert.DoesNotContain("the template is", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_port_that_the_old_documentation_has_is_taken_with_a_warning()
    {
        var (code, output, errors) = Run("check", Arguments(CodeBlock.Of(Page).Last(block => block.Info == "sh old")));
        Assert.True(code == ExitCodes.Success, errors);
        Assert.Contains("port 4647 is Nomad's port for its own servers", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_of_another_scheduler_ends_the_start_with_those_that_there_are()
    {
        var mesos = Directory.CreateDirectory(Path.Join(_host.HeronConf, "mesos")).FullName;
        File.WriteAllText(Path.Join(mesos, "scheduler.yaml"), "heron.class.scheduler: org.apache.heron.scheduler.mesos.MesosScheduler\n");
        var (code, _, errors) = Run("check", ["--base-template", "mesos", "--cluster", "sandbox"]);
        Assert.Equal(ExitCodes.Mistake, code);
        Assert.Contains("org.apache.heron.scheduler.nomad.NomadScheduler", errors, StringComparison.Ordinal);
        Assert.Contains($"the template is {mesos}, where Heron's own documentation has it: --config-path says which one is meant\n", errors, StringComparison.Ordinal);
    }

    // As people do it: the line that has the key is changed; without one it comes behind the others.
    private static void Edit(string file, string lines)
    {
        var keys = lines.Split('\n').Select(line => line.Split(':')[0]).ToList();
        var rest = File.ReadAllLines(file).Where(line => !keys.Contains(line.Split(':')[0]));
        File.WriteAllLines(file, [.. rest, lines]);
    }

    private string[] Arguments(CodeBlock block) =>
        [.. Filled(Assert.Single(block.Commands)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)];

    private string[] ArgumentsOfJob(string job)
    {
        var list = job[job.IndexOf("args = [", StringComparison.Ordinal)..];
        return [.. Quoted().Matches(list[..list.IndexOf(']')]).Select(match => Filled(match.Groups[1].Value))];
    }

    private string Filled(string text) => text
        .Replace("<ZooKeeper URI>", "127.0.0.1:2181", StringComparison.Ordinal).Replace("<zookeeper_uri>", "127.0.0.1:2181", StringComparison.Ordinal)
        .Replace("<Nomad URI>", "http://127.0.0.1:4646", StringComparison.Ordinal).Replace("<scheduler_uri>", "http://127.0.0.1:4646", StringComparison.Ordinal)
        .Replace("~/", _home + "/", StringComparison.Ordinal);

    private (int Code, string Output, string Errors) Run(string command, string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var reader = new ServerCommandLine(Fixtures.RepositoryRoot, _home, homeTemplates: _host.HeronConf);
        var code = new ConfigurationCommands(output, errors, reader, PartCatalog.Shipped, _host).Run([command, .. arguments], new Findings());
        return (code, output.ToString(), errors.ToString());
    }

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();
}
