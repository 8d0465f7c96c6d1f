// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Testing;
using Heron.Testing.Parts;

namespace Heron.Scheduler.Nomad.Tests.Client;

public sealed class NomadConnectionSettingsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:4646", "http://127.0.0.1:4646/")]
    [InlineData("127.0.0.1:4646", "http://127.0.0.1:4646/")]
    [InlineData("nomad.example", "http://nomad.example/")]
    [InlineData("https://nomad.example:4646/", "https://nomad.example:4646/")]
    [InlineData("http://proxy.example/nomad/", "http://proxy.example/nomad")]
    [InlineData("http://[::1]:4646", "http://[::1]:4646/")]
    public void Address_without_a_scheme_means_http(string text, string address) =>
        Assert.Equal(address, Read((NomadKeys.SchedulerUri, text)).Address.ToString());

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("http://")]
    [InlineData("http://a b")]
    [InlineData("http://x/?q=1")]
    public void An_address_that_is_none_is_refused_with_the_key(string text)
    {
        var fault = Assert.Throws<HeronException>(() => Read((NomadKeys.SchedulerUri, text)));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(NomadKeys.SchedulerUri, fault.Message);
    }

    [Fact]
    public void Environment_counts_where_no_key_is_set()
    {
        var environment = new Dictionary<string, string?>
        {
            ["NOMAD_ADDR"] = "https://env.example:4646",
            ["NOMAD_TOKEN"] = "env-token",
            ["NOMAD_NAMESPACE"] = "env-space",
            ["NOMAD_REGION"] = "env-region",
            ["NOMAD_CACERT"] = "/env/ca.pem",
            ["NOMAD_CAPATH"] = "/env/ca",
            ["NOMAD_CLIENT_CERT"] = "/env/cert.pem",
            ["NOMAD_CLIENT_KEY"] = "/env/key.pem",
            ["NOMAD_TLS_SERVER_NAME"] = "server.global.nomad",
            ["NOMAD_SKIP_VERIFY"] = "true",
            ["NOMAD_HTTP_AUTH"] = "user:pass",
        };
        var settings = NomadConnectionSettings.Read(new NomadSettingReader(HeronConfig.Empty, n => environment.GetValueOrDefault(n)));

        Assert.Equal("https://env.example:4646/", settings.Address.ToString());
        Assert.Equal(
            ("env-token", "env-space", "env-region", "/env/ca.pem", "/env/ca"),
            (settings.Token, settings.Namespace, settings.Region, settings.CaCert, settings.CaPath));
        Assert.Equal(
            ("/env/cert.pem", "/env/key.pem", "server.global.nomad", true, "user:pass"),
            (settings.ClientCert, settings.ClientKey, settings.TlsServerName, settings.TlsSkipVerify, settings.HttpAuth));
    }

    [Fact]
    public void Keys_win_over_the_environment()
    {
        var settings = NomadConnectionSettings.Read(new NomadSettingReader(
            new HeronConfig([new(NomadKeys.Token, "key-token"), new(NomadKeys.Namespace, "key-space")]),
            n => n == "NOMAD_SKIP_VERIFY" ? null : "from-environment:1"));

        Assert.Equal(("key-token", "key-space"), (settings.Token, settings.Namespace));
        Assert.Equal("from-environment:1", settings.Region);
    }

    [Theory]
    [InlineData(NomadKeys.Parallelism, "0")]
    [InlineData(NomadKeys.Parallelism, "1000")]
    [InlineData(NomadKeys.Parallelism, "many")]
    [InlineData(NomadKeys.Placement, "sometimes")]
    [InlineData(NomadKeys.TlsSkipVerify, "perhaps")]
    [InlineData(NomadKeys.Namespace, "*")]
    public void A_wrong_value_is_refused_with_its_key(string key, string value)
    {
        var mistakes = TestParts.Mistakes(
            NomadPart.Scheduler, new HeronConfig([new(NomadKeys.WorkingDirectory, "/data/heron"), new(key, value)]));
        Assert.Contains(key, Assert.Single(mistakes));
    }

    [Fact]
    public void All_mistakes_are_told_together_at_the_start()
    {
        var mistakes = TestParts.Mistakes(
            NomadPart.Scheduler,
            new HeronConfig(
            [
                new(NomadKeys.SchedulerUri, "ftp://x"), new(NomadKeys.Parallelism, 0), new(NomadKeys.CaCert, "/nowhere.pem"),
                new(NomadKeys.JobTemplate, "/nowhere.sh"), new(NomadKeys.Driver, "lxc"), new(NomadKeys.Placement, "sometimes"),
                new(NomadKeys.WorkingDirectory, "/data/${CLUSTER}/${ROLE}/${TOPOLOGY_ID}"), new(NomadKeys.RestartAttempts, 1000),
            ]),
            n => n == "NOMAD_ADDR" ? "https://127.0.0.1:4646" : null);

        foreach (var key in new[]
        {
            NomadKeys.SchedulerUri, NomadKeys.Parallelism, NomadKeys.JobTemplate, NomadKeys.Driver, NomadKeys.Placement,
            NomadKeys.RestartAttempts,
        })
        {
            Assert.Contains(mistakes, m => m.Contains(key));
        }

        Assert.Equal(6, mistakes.Count);
    }

    [Theory]
    [InlineData("nomad")]
    [InlineData("standalone")]
    public void The_shipped_templates_have_no_mistakes_and_the_documented_defaults(string template)
    {
        var config = ConfigurationLoader.Load(new ConfigurationSources
        {
            TemplateDirectory = Path.Join(Fixtures.RepositoryRoot, "conf", template),
            Cluster = template,
            Environment = new HostEnvironment("/home/heron", null),
        }).Base.Local;

        Assert.Empty(TestParts.Mistakes(NomadPart.Scheduler, config));
        var shipped = NomadConnectionSettings.Read(new NomadSettingReader(config));
        Assert.Equal(Read(), shipped with { Address = Read().Address });
    }

    [Fact]
    public void Defaults_are_the_documented_ones()
    {
        var settings = Read();
        Assert.Equal("http://127.0.0.1:4646/", settings.Address.ToString());
        Assert.Equal((8, 5, PlacementPolicy.Warn), (settings.Parallelism, settings.Retries, settings.Placement));
        Assert.Null(settings.Token);
    }

    private static NomadConnectionSettings Read(params (string Key, string Value)[] settings)
    {
        var reader = new NomadSettingReader(new HeronConfig(settings.Select(s => KeyValuePair.Create(s.Key, (object?)s.Value))));
        var read = NomadConnectionSettings.Read(reader);
        reader.ThrowIfWrong();
        return read;
    }
}
