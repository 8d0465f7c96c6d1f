using Heron.Core;
using Heron.Core.Configuration;

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
    public void The_RPC_port_draws_a_warning_that_names_the_HTTP_port()
    {
        var warning = Assert.Single(Read((NomadKeys.SchedulerUri, "http://127.0.0.1:4647")).Warnings);
        Assert.Contains("4646", warning);
    }

    [Fact]
    public void Environment_counts_where_no_key_is_set()
    {
        var environment = new Dictionary<string, string?>
        {
            ["NOMAD_ADDR"] = "https://env.example:4646", ["NOMAD_TOKEN"] = "env-token", ["NOMAD_NAMESPACE"] = "env-space",
            ["NOMAD_REGION"] = "env-region", ["NOMAD_CACERT"] = "/env/ca.pem", ["NOMAD_CAPATH"] = "/env/ca",
            ["NOMAD_CLIENT_CERT"] = "/env/cert.pem", ["NOMAD_CLIENT_KEY"] = "/env/key.pem",
            ["NOMAD_TLS_SERVER_NAME"] = "server.global.nomad", ["NOMAD_SKIP_VERIFY"] = "true", ["NOMAD_HTTP_AUTH"] = "user:pass",
        };
        var settings = NomadConnectionSettings.From(HeronConfig.Empty, n => environment.GetValueOrDefault(n));

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
        var settings = NomadConnectionSettings.From(
            new HeronConfig([new(NomadKeys.Token, "key-token"), new(NomadKeys.Namespace, "key-space")]), n => n == "NOMAD_SKIP_VERIFY" ? null : "from-environment:1");

        Assert.Equal(("key-token", "key-space"), (settings.Token, settings.Namespace));
        Assert.Equal("from-environment:1", settings.Region);
    }

    [Theory]
    [InlineData(NomadKeys.Parallelism, "0")]
    [InlineData(NomadKeys.Parallelism, "1000")]
    [InlineData(NomadKeys.Parallelism, "many")]
    [InlineData(NomadKeys.Placement, "sometimes")]
    [InlineData(NomadKeys.TlsSkipVerify, "perhaps")]
    public void A_wrong_value_is_refused_with_its_key(string key, string value)
    {
        var fault = Assert.Throws<HeronException>(() => Read((key, value)));
        Assert.Contains(key, fault.Message);
    }

    [Fact]
    public void Defaults_are_the_documented_ones()
    {
        var settings = Read();
        Assert.Equal("http://127.0.0.1:4646/", settings.Address.ToString());
        Assert.Equal((8, 5, PlacementPolicy.Warn), (settings.Parallelism, settings.Retries, settings.Placement));
        Assert.Null(settings.Token);
    }

    private static NomadConnectionSettings Read(params (string Key, string Value)[] settings) => NomadConnectionSettings.From(
        new HeronConfig(settings.Select(s => KeyValuePair.Create(s.Key, (object?)s.Value))), _ => null);
}
