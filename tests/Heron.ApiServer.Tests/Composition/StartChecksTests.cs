// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.CommandLine;
using Heron.ApiServer.Composition;
using Heron.ApiServer.Files;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Operations.History;
using Heron.State.ZooKeeper;
using Heron.Testing;
using System.Text.Json;

namespace Heron.ApiServer.Tests.Composition;

public sealed class StartChecksTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("heron-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("nomad", "Nomad", "ZooKeeper")]
    [InlineData("standalone", "Nomad", "ZooKeeper")]
    [InlineData("local", "Local", "folder")]
    public void Shipped_templates_start_without_any_setting(string template, string scheduler, string stateManager)
    {
        var (start, mistakes, warnings) = Load(template, corePackage: "core.tar.gz");
        Assert.Empty(mistakes);
        var chosen = ChosenParts.Choose(PartCatalog.Shipped, start!.Configuration.Base.Local, new Findings());
        Assert.Equal(
            (scheduler, stateManager, "HTTP"), (chosen.Scheduler!.Name, chosen.StateManager!.Name, chosen.Uploader!.Name));
        Assert.Empty(warnings);
        Assert.Equal(Path.Join(_home, ".herondata/repository/topologies"), start.StoreFolder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(start.StoreFolder));
    }

    [Fact]
    public void Nomad_address_with_the_wrong_port_and_missing_core_are_warnings()
    {
        var (start, _, warnings) = Load("nomad", ("heron.nomad.scheduler.uri", "nomad.example:4647"));
        Assert.NotNull(start);
        Assert.Equal(2, warnings.Count);
        Assert.Contains("4646", warnings[0], StringComparison.Ordinal);
        Assert.Contains("--heron-core-package-path", warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heron.package.core.uri", "http://example.org/core.tar.gz")]
    [InlineData("heron.package.core.uri", "file:///opt/core.tar.gz")]
    public void Core_package_that_is_configured_needs_no_warning(string key, string value) =>
        Assert.Empty(WarningsOf("nomad", (key, value)));

    [Fact]
    public void Two_home_folders_are_told_with_the_settings_that_daemons_would_read_differently()
    {
        var findings = new Findings();
        var options = new ServerOptions
        {
            Cluster = "local",
            TemplateDirectory = Path.Join(Fixtures.RepositoryRoot, "conf", "local"),
            HeronCorePackagePath = "core.tar.gz",
        };
        StartChecks.Load(options, new HostEnvironment(_home, null) { AccountHome = "/home/heron" }, PartCatalog.Shipped, findings);
        var warning = Assert.Single(findings.Warnings);
        Assert.StartsWith($"HOME is {_home}, but the home folder of this account is /home/heron", warning, StringComparison.Ordinal);
        Assert.Contains("heron.statefulstorage.localfs.root.path", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("heron.statemgr.root.path", warning, StringComparison.Ordinal);

        findings = new Findings();
        StartChecks.Load(options, new HostEnvironment(_home, null) { AccountHome = _home }, PartCatalog.Shipped, findings);
        Assert.Empty(findings.Warnings);
    }

    [Fact]
    public void Core_directory_of_the_nodes_needs_no_warning() => Assert.Empty(
        WarningsOf("nomad", ("heron.package.use_core_uri", "False"), ("heron.package.core.directory", "/opt/heron-core")));

    [Fact]
    public void A_folder_of_cores_is_looked_into_at_the_start()
    {
        var folder = Directory.CreateDirectory(Path.Join(_home, "cores")).FullName;
        Assert.Contains("heron-core-RELEASE.tar.gz", Assert.Single(Load("nomad", folder).Mistakes), StringComparison.Ordinal);

        File.WriteAllText(Path.Join(folder, "heron-core-0.20.5.tar.gz"), "");
        Assert.Empty(WarningsOf("nomad", folder));

        File.WriteAllText(Path.Join(folder, "heron-core-0.20.4.tar.gz"), "");
        Assert.Contains("0.20.4, 0.20.5", Assert.Single(WarningsOf("nomad", folder)), StringComparison.Ordinal);
        Assert.Empty(WarningsOf("nomad", folder, ("heron.core.version", "0.20.4")));
        Assert.Contains(
            "no core package of release 0.17.8", Assert.Single(Load("nomad", folder, ("heron.core.version", "0.17.8")).Mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_cores_that_cannot_be_read_is_said_to_be_that()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root reads every folder");
        var closed = Directory.CreateDirectory(Path.Join(_home, "cores"));
        closed.UnixFileMode = UnixFileMode.None;
        try
        {
            Assert.Contains($"the folder {closed.FullName} cannot be read", Assert.Single(Load("nomad", closed.FullName).Mistakes), StringComparison.Ordinal);
        }
        finally
        {
            closed.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }
    }

    [Theory]
    [InlineData("heron.package.core.uri", "hdfs://namenode/core.tar.gz")]
    [InlineData("heron.package.core.uri", "/opt/core.tar.gz")]
    [InlineData("heron.package.use_core_uri", "False")]
    public void Core_that_no_container_could_get_is_said_at_the_start(string key, string value) => Assert.Contains(
        "submissions are refused", Assert.Single(WarningsOf("nomad", (key, value))), StringComparison.Ordinal);

    [Theory]
    [InlineData("heron.nomad.placment", "heron.nomad.placement")]
    [InlineData("heron.nomad.palcement.wait.sec", "heron.nomad.placement.wait.sec")]
    [InlineData("heron.apiserver.http.upload.max.byte", "heron.apiserver.http.upload.max.bytes")]
    [InlineData("heron.uploader.s3.acces-key", "heron.uploader.s3.access_key")]
    [InlineData("heron.statemgr.conection.string", "heron.statemgr.connection.string")]
    public void Setting_that_looks_mistyped_is_a_warning_that_names_the_right_one(string key, string meant)
    {
        var (start, mistakes, warnings) = Load("nomad", corePackage: "core.tar.gz", (key, "x"));
        Assert.Empty(mistakes);
        Assert.NotNull(start);
        Assert.Equal($"nothing reads the setting {key}: is {meant} meant?", Assert.Single(warnings));
    }

    [Fact]
    public void Every_type_that_names_settings_is_among_those_that_mistyped_ones_are_compared_with()
    {
        var all = new[] { typeof(ConfigKeys), typeof(HistorySettings), typeof(MistypedSettings) }.SelectMany(type => type.Assembly.GetTypes());
        Assert.Empty(SettingNames.In(all).Except(SettingNames.In(MistypedSettings.Named)).Except(PartCatalog.Shipped.Settings));
    }

    [Fact]
    public void Settings_that_only_Heron_or_nobody_knows_are_no_concern_of_the_server()
    {
        using var keys = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Reference("config", "keys.json")));
        string[] settings =
        [
            .. keys.RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("value").GetString()!),
            "heron.logging.directory", "heron.something.else", "my.nomad.placment", "heron.",
        ];
        var configuration = ConfigurationLoader.Load(new ConfigurationSources
        {
            TemplateDirectory = Fixtures.Reference("templates", "nomad"),
            Cluster = "nomad",
            Environment = new HostEnvironment(_home, null),
            Overrides = settings.ToDictionary(key => key, _ => ""),
        });
        Assert.Empty(MistypedSettings.Warnings(configuration, PartCatalog.Shipped));
    }

    [Theory]
    [InlineData("relative/folder")]
    [InlineData("/tmp/${ROLE}")]
    [InlineData("/proc/nothing/here")]
    public void Upload_folder_that_cannot_be_used_stops_the_start(string folder)
    {
        var (start, mistakes, _) = Load("local", (StartChecks.StoreFolderKey, folder));
        Assert.Null(start);
        Assert.Contains(StartChecks.StoreFolderKey, Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_in_the_settings_is_reported_together()
    {
        var (start, mistakes, _) = Load(
            "nomad",
            ("heron.class.uploader", "org.example.MyUploader"),
            ("heron.class.packing.algorithm", "org.example.MyPacking"),
            ("heron.package.use_core_uri", "maybe"),
            (StartChecks.StoreFolderKey, "/dev/null/x"));
        Assert.Null(start);
        Assert.Equal(4, mistakes.Count);
        Assert.All(mistakes, mistake => Assert.DoesNotContain('\n', mistake));
    }

    [Theory]
    [InlineData("zk1:2181,zk2:2182", "/heron", "zk1:2181,zk2:2182", "/heron")]
    [InlineData("zk1,zk2:2182", "/heron", "zk1:2181,zk2:2182", "/heron")]
    [InlineData("zk1:2181, zk2:2181,", "/heron", "zk1:2181,zk2:2181", "/heron")]
    [InlineData("zk1:2181,zk2:2181/some/root", "/heron/${CLUSTER}", "zk1:2181,zk2:2181", "/some/root/heron/${CLUSTER}")]
    [InlineData("zk1/root/", "/", "zk1:2181", "/root")]
    public void Heron_s_executor_gets_an_address_of_ZooKeeper_that_it_can_read(
        string connection, string root, string plainConnection, string plainRoot)
    {
        var (start, mistakes, warnings) = Load(
            "nomad", "core.tar.gz", (ConfigKeys.StatemgrConnectionString, connection), (ConfigKeys.StatemgrRootPath, root));
        Assert.Empty(mistakes);
        Assert.NotNull(start);
        Assert.Empty(warnings);
        var overrides = start.Configuration.Sources.Overrides;
        Assert.Equal(
            (plainConnection, plainRoot), (overrides[ConfigKeys.StatemgrConnectionString], overrides[ConfigKeys.StatemgrRootPath]));
    }

    [Fact]
    public void The_servers_own_address_of_ZooKeeper_loses_its_chroot_too()
    {
        var (start, _, _) = Load(
            "nomad",
            (ConfigKeys.StatemgrConnectionString, "zk:2181/root"),
            (ZooKeeperStateKeys.TlsConnectionString, "zk:2281/root"));
        var config = start!.Configuration.Base.Local;
        Assert.Equal(
            ("zk:2281", "/root/heron"),
            (config.GetString(ZooKeeperStateKeys.TlsConnectionString), config.GetString(ConfigKeys.StatemgrRootPath)));
    }

    [Fact]
    public void Two_chroots_stop_the_start() => Assert.Contains(
        "same chroot",
        Assert.Single(Load(
            "nomad",
            (ConfigKeys.StatemgrConnectionString, "zk:2181/root"),
            (ZooKeeperStateKeys.TlsConnectionString, "zk:2281")).Mistakes),
        StringComparison.Ordinal);

    [Fact]
    public void An_IPv6_address_of_ZooKeeper_is_a_warning_since_executors_cannot_read_it() => Assert.Contains(
        "[::1]:2181",
        Assert.Single(WarningsOf("nomad", "core.tar.gz", (ConfigKeys.StatemgrConnectionString, "[::1]:2181"))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("8 GiB")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public void Upload_limit_that_is_no_positive_whole_number_stops_the_start(string limit)
    {
        var (start, mistakes, _) = Load("nomad", (UploadLimit.Key, limit));
        Assert.Null(start);
        var mistake = Assert.Single(mistakes);
        Assert.Contains(UploadLimit.Key, mistake, StringComparison.Ordinal);
        Assert.Contains(limit, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Upload_limit_is_taken_from_the_settings_and_has_a_default()
    {
        Assert.Equal(1, Load("nomad", (UploadLimit.Key, "1")).Start!.UploadLimit.Bytes);
        Assert.Equal(UploadLimit.Default, Load("nomad").Start!.UploadLimit.Bytes);
    }

    [Fact]
    public void Bad_Nomad_address_stops_the_start() => Assert.Contains(
        "heron.nomad.scheduler.uri", Assert.Single(Load("nomad", ("heron.nomad.scheduler.uri", "ftp://x")).Mistakes), StringComparison.Ordinal);

    [Fact]
    public void Broken_template_files_are_all_named()
    {
        var template = Path.Join(_home, "template");
        Directory.CreateDirectory(template);
        File.WriteAllText(Path.Join(template, "scheduler.yaml"), "a: [\n");
        File.WriteAllText(Path.Join(template, "uploader.yaml"), "a: 1\na: 2\n");
        var findings = new Findings();
        var options = new ServerOptions { Cluster = "nomad", TemplateDirectory = template };
        Assert.Null(StartChecks.Load(options, new HostEnvironment(_home, null), PartCatalog.Shipped, findings));
        var mistakes = findings.Mistakes;
        Assert.Equal(2, mistakes.Count);
        Assert.Contains("scheduler.yaml", mistakes[0], StringComparison.Ordinal);
        Assert.Contains("uploader.yaml: line 2: the key a is there twice", mistakes[1], StringComparison.Ordinal);
    }

    private IReadOnlyList<string> WarningsOf(string template, params (string Key, string Value)[] overrides) => WarningsOf(template, null, overrides);

    /// <summary>What a server that can start is warned of.</summary>
    private IReadOnlyList<string> WarningsOf(string template, string? corePackage, params (string Key, string Value)[] overrides)
    {
        var (start, _, warnings) = Load(template, corePackage, overrides);
        Assert.NotNull(start);
        return warnings;
    }

    private (StartConfiguration? Start, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings) Load(string template, params (string Key, string Value)[] overrides) =>
        Load(template, null, overrides);

    private (StartConfiguration? Start, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings) Load(
        string template, string? corePackage, params (string Key, string Value)[] overrides)
    {
        var findings = new Findings();
        var options = new ServerOptions
        {
            Cluster = template,
            TemplateDirectory = Path.Join(Fixtures.RepositoryRoot, "conf", template),
            HeronCorePackagePath = corePackage,
            Overrides = overrides.ToDictionary(pair => pair.Key, pair => pair.Value),
        };
        return (StartChecks.Load(options, new HostEnvironment(_home, null), PartCatalog.Shipped, findings), findings.Mistakes, findings.Warnings);
    }
}
