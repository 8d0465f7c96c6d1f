// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Scheduler.Nomad.Tests.Support;
using Heron.Testing.Nomad;

namespace Heron.Scheduler.Nomad.Tests.Client;

/// <summary>TLS as Nomad's own tools have it: a private authority, names that are no host names, client certificates.</summary>
public sealed class NomadTlsTests
{
    private const string ServerName = "server.global.nomad";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ScriptedNomadOptions Options(TestAuthority authority) =>
        new() { Certificate = authority.Server, CertificateChain = authority.ServerChain };

    [Fact]
    public async Task A_private_authority_a_server_name_and_a_client_certificate_work()
    {
        using var authority = new TestAuthority();
        await using var nomad = await ScriptedNomad.StartAsync(
            Options(authority) with { ClientThumbprint = authority.Client.Thumbprint, ClientAuthority = authority.Authority });
        await using var scheduler = Deployments.Scheduler(
            nomad,
            (NomadKeys.CaCert, authority.CaFile), (NomadKeys.TlsServerName, ServerName),
            (NomadKeys.ClientCert, authority.ClientCertFile), (NomadKeys.ClientKey, authority.ClientKeyFile));

        Assert.StartsWith("https://", nomad.Uri);
        Assert.Null(await scheduler.CheckAsync(Token));
        await scheduler.ScheduleAsync(Deployments.Make(1), Token);
        Assert.Equal(2, nomad.JobIds.Count);
    }

    [Fact]
    public async Task A_folder_of_authorities_works()
    {
        using var authority = new TestAuthority();
        await using var nomad = await ScriptedNomad.StartAsync(Options(authority));
        await using var scheduler = Deployments.Scheduler(
            nomad, (NomadKeys.CaPath, authority.CaFolder), (NomadKeys.TlsServerName, ServerName));

        Assert.Null(await scheduler.CheckAsync(Token));
    }

    [Fact]
    public async Task Any_certificate_is_taken_only_when_asked_for()
    {
        using var authority = new TestAuthority();
        await using var nomad = await ScriptedNomad.StartAsync(Options(authority));
        await using var scheduler = Deployments.Scheduler(nomad, (NomadKeys.TlsSkipVerify, "true"));

        Assert.Null(await scheduler.CheckAsync(Token));
    }

    [Fact]
    public async Task An_unknown_authority_is_refused_at_once_with_the_settings_to_look_at()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority();
        await using var nomad = await ScriptedNomad.StartAsync(Options(authority));
        foreach (var settings in new (string, string)[][]
        {
            [(NomadKeys.TlsServerName, ServerName)],
            [(NomadKeys.TlsServerName, ServerName), (NomadKeys.CaCert, other.CaFile)],
            // The name is wrong: no server name is given, and the host is 127.0.0.1.
            [(NomadKeys.CaCert, authority.CaFile)],
            [(NomadKeys.CaCert, authority.CaFile), (NomadKeys.TlsServerName, "server.other.nomad")],
        })
        {
            await using var scheduler = Deployments.Scheduler(nomad, settings);
            var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.KillAsync(Deployments.Identity, Token));

            Assert.Equal(FaultKind.Unavailable, fault.Kind);
            Assert.Contains(NomadKeys.CaCert, fault.Message);
        }

        Assert.Empty(nomad.Requests);
    }

    [Fact]
    public async Task An_agent_that_misses_a_client_certificate_is_not_just_out_of_reach()
    {
        using var authority = new TestAuthority();
        await using var nomad = await ScriptedNomad.StartAsync(
            new() { Certificate = authority.Server, ClientThumbprint = authority.Client.Thumbprint });
        await using var scheduler = Deployments.Scheduler(
            nomad, (NomadKeys.CaCert, authority.CaFile), (NomadKeys.TlsServerName, ServerName));
        var fault = await Assert.ThrowsAnyAsync<HeronException>(() => scheduler.KillAsync(Deployments.Identity, Token));

        Assert.Contains(NomadKeys.ClientCert, fault.Message);
        Assert.Empty(nomad.Requests);
    }

    [Theory]
    [InlineData(NomadKeys.CaCert)]
    [InlineData(NomadKeys.CaPath)]
    public void A_file_that_is_not_there_is_refused_at_the_start(string key)
    {
        var fault = Assert.Throws<HeronException>(
            () => Deployments.Scheduler("https://127.0.0.1:4646", (key, "/nowhere/ca.pem")));

        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Contains(key, fault.Message);
    }

    [Fact]
    public void A_client_certificate_without_its_key_is_refused_at_the_start()
    {
        using var authority = new TestAuthority();
        var fault = Assert.Throws<HeronException>(
            () => Deployments.Scheduler("https://127.0.0.1:4646", (NomadKeys.ClientCert, authority.ClientCertFile)));

        Assert.Contains(NomadKeys.ClientKey, fault.Message);
    }
}
