// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Configuration;
using Heron.Core.Configuration.Yaml;
using Heron.Testing;

namespace Heron.Core.Tests.Configuration;

/// <summary>The templates in <c>conf/</c>, against what the reference's template tells heron-core.</summary>
public sealed class ShippedTemplateTests
{
    private const string Interval = "heron.streammgr.client.reconnect.tmanager.interval.sec";
    private const string Attempts = "heron.streammgr.client.reconnect.tmanager.max.attempts";

    // What is ours by intent: see docs/decisions/shipped-templates.md.
    private static readonly Dictionary<string, object?> Ours = new()
    {
        ["heron.nomad.driver"] = "raw_exec",
        ["heron.class.uploader"] = "org.apache.heron.uploader.http.HttpUploader",
        ["heron.nomad.metrics.service.register"] = false,
        [Interval] = 1,
        [Attempts] = 300,
    };

    private static readonly string[] NotOurs =
    [
        "heron.package.core.uri", "heron.uploader.s3.bucket", "heron.uploader.s3.access_key", "heron.uploader.s3.secret_key",
    ];

    public static TheoryData<string> Templates => ["nomad", "standalone", "local"];

    public static TheoryData<string, string> NomadFiles
    {
        get
        {
            var files = new TheoryData<string, string>();
            foreach (var path in Directory.EnumerateFiles(Fixtures.Reference("templates", "nomad"), "*.yaml"))
            {
                files.Add("nomad", Path.GetFileName(path));
                files.Add("standalone", Path.GetFileName(path));
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(NomadFiles))]
    public void Nomad_templates_have_every_key_and_value_of_the_reference(string template, string file)
    {
        var reference = ReadFile(Fixtures.Reference("templates", "nomad", file));
        var shipped = ReadFile(Path.Join(Conf(template), file));
        foreach (var (key, value) in reference.Where(pair => !NotOurs.Contains(pair.Key)))
        {
            var expected = Ours.GetValueOrDefault(key, value);
            Assert.True(shipped.ContainsKey(key), $"{template}/{file} has no {key}");
            // The reference's checkpoints lie in the folder that every start of a container empties.
            var text = ReferenceJson.Text(expected).Replace("\"./checkpoints\"", "\"~/.herondata/checkpoints\"", StringComparison.Ordinal);
            Assert.Equal((key, text), (key, ReferenceJson.Text(shipped[key])));
        }
    }

    [Fact]
    public void Local_template_has_every_key_that_containers_read()
    {
        foreach (var file in new[] { "heron_internals.yaml", "stateful.yaml", "downloader.yaml", "packing.yaml" })
        {
            var expected = ReadFile(Fixtures.Reference("templates", "nomad", file)).Keys
                .Except(["heron.instance.state.check.interval.sec"]);
            Assert.Empty(expected.Except(ReadFile(Path.Join(Conf("local"), file)).Keys));
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Stream_managers_look_for_their_manager_every_second_and_as_long_as_the_references(string template)
    {
        var internals = ReadFile(Path.Join(Conf(template), "heron_internals.yaml"));
        var reference = ReadFile(Fixtures.Reference("templates", "nomad", "heron_internals.yaml"));

        Assert.Equal(1, Convert.ToInt32(internals[Interval], CultureInfo.InvariantCulture));
        Assert.Equal(Patience(reference), Patience(internals));

        static int Patience(YamlMap file) =>
            Convert.ToInt32(file[Interval], CultureInfo.InvariantCulture) * Convert.ToInt32(file[Attempts], CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_loads_and_names_no_core_package_and_no_override_file(string template)
    {
        var server = Load(template);
        Assert.False(server.IsSet(ConfigKeys.CorePackageUri));
        Assert.False(server.IsSet(ConfigKeys.CorePackageDirectory));
        Assert.True(server.Base.Local.GetBoolean(ConfigKeys.UseCorePackageUri, false));
        Assert.False(File.Exists(Path.Join(Conf(template), "override.yaml")));
        Assert.Null(server.Base.Local.GetString("heron.uploader.http.uri"));
        Assert.Equal("org.apache.heron.uploader.http.HttpUploader", server.Base.Local.GetString(ConfigKeys.UploaderClass));
        Assert.Equal(
            "/home/heron/.herondata/repository/topologies",
            server.Base.Local.GetString("heron.apiserver.http.file.system.directory"));
    }

    [Theory]
    [InlineData("nomad", "org.apache.heron.scheduler.nomad.NomadScheduler", "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager", "127.0.0.1:2181")]
    [InlineData("standalone", "org.apache.heron.scheduler.nomad.NomadScheduler", "org.apache.heron.statemgr.zookeeper.curator.CuratorStateManager", "127.0.0.1:2181")]
    [InlineData("local", "org.apache.heron.scheduler.local.LocalScheduler", "org.apache.heron.statemgr.localfs.LocalFileSystemStateManager", "LOCALMODE")]
    public void Template_names_its_scheduler_and_state_manager(string template, string scheduler, string stateManager, string connection)
    {
        var config = Load(template).Base.Local;
        Assert.Equal(scheduler, config.GetString(ConfigKeys.SchedulerClass));
        Assert.Equal(stateManager, config.GetString(ConfigKeys.StateManagerClass));
        Assert.Equal(connection, config.GetString(ConfigKeys.StatemgrConnectionString));
    }

    private static ServerConfiguration Load(string template) => ConfigurationLoader.Load(new ConfigurationSources
    {
        TemplateDirectory = Conf(template),
        Cluster = template,
        Environment = new HostEnvironment("/home/heron", null),
    });

    private static YamlMap ReadFile(string path) => YamlReader.ReadMap(File.ReadAllText(path), path);

    private static string Conf(string template) => Path.Join(Fixtures.RepositoryRoot, "conf", template);
}
