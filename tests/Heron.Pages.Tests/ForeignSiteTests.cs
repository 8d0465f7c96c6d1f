// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Heron.Pages.Tests.Support;
using Heron.Testing.ZooKeeper;
using Microsoft.Playwright;

namespace Heron.Pages.Tests;

/// <summary>A page of another site, in a real browser on the machine of somebody who runs a server without login on loopback.</summary>
public sealed class ForeignSiteTests(PagesWorld world) : IAsyncLifetime
{
    // Names below .example lead to this machine for the browser of these tests: a foreign site, and one whose owner changed its address.
    private const string Foreign = "foreign.example";
    private const string Rebound = "rebound.example";

    private readonly HttpListener _site = new();
    private readonly int _port = Loopback.FreePorts(1)[0];

    public ValueTask InitializeAsync()
    {
        _site.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://*:{_port}/"));
        _site.Start();
        _ = ServeAsync();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _site.Close();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(Foreign)]
    [InlineData("127.0.0.1")]
    public async Task A_foreign_page_neither_submits_nor_restarts_nor_kills_nor_reads(string site)
    {
        const string Name = "Smuggled";
        var before = await RunningAsync();
        var page = await OpenAsync(string.Create(CultureInfo.InvariantCulture, $"http://{site}:{_port}/"));
        var definition = await File.ReadAllBytesAsync(world.Definition(Name));
        var api = new Uri(world.Address, "/api/v1/topologies").ToString();

        // What browsers send without asking the server first: a form as a script builds it, and text.
        await page.EvaluateAsync(
            """
            async ([api, name, definition, running]) => {
                const form = new FormData();
                for (const [key, value] of [['name', name], ['cluster', 'local'], ['role', 'ads'], ['environment', 'prod'], ['user', 'alice']])
                    form.append(key, value);
                form.append('definition', new Blob([Uint8Array.from(atob(definition), c => c.charCodeAt(0))]), name + '.defn');
                form.append('topology', new Blob(['no real topology\n']), name + '.jar');
                await fetch(api, { method: 'POST', mode: 'no-cors', body: form });
                for (const action of ['restart', 'deactivate', 'update'])
                    await fetch(`${api}/local/ads/prod/${running}/${action}`, { method: 'POST', mode: 'no-cors', body: 'x=y' });
            }
            """,
            new object[] { api, Name, Convert.ToBase64String(definition), world.Running });
        Assert.Equal(HttpStatusCode.NotFound, (await world.Http.GetAsync($"{api}/local/ads/prod/{Name}")).StatusCode);

        // What they ask the server about first, and what they do not show to the page.
        foreach (var attempt in new[] { $"fetch('{api}')", $"fetch('{api}/local/ads/prod/{world.Running}', {{ method: 'DELETE' }})", $"fetch('{world.Address}')" })
        {
            Assert.Equal("refused", await page.EvaluateAsync<string>($"{attempt}.then(a => a.text()).catch(() => 'refused')"));
        }

        // A form that leads the whole browser there.
        await page.SetContentAsync(
            $"<form method=post enctype=text/plain action='{api}/local/ads/prod/{world.Running}/restart'><input name=a value=b><button>Win</button></form>");
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("/restart", StringComparison.Ordinal));
        Assert.Contains("a page of another site sent this request", await page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();

        Assert.Equal(before, await RunningAsync());

        // The form itself was good.
        await world.SubmitFileAsync(world.Http, Name, world.Definition(Name));
        Assert.Equal(HttpStatusCode.OK, (await world.Http.DeleteAsync($"{api}/local/ads/prod/{Name}")).StatusCode);
    }

    [Fact]
    public async Task A_foreign_page_cannot_show_a_page_of_the_server_within_itself_to_have_it_clicked()
    {
        var page = await OpenAsync(string.Create(CultureInfo.InvariantCulture, $"http://{Foreign}:{_port}/"));
        var shown = page.WaitForResponseAsync(r => r.Url.EndsWith("/actions", StringComparison.Ordinal));
        await page.SetContentAsync($"<iframe src='{new Uri(world.Address, $"/topologies/{world.Running}/actions")}'></iframe>");
        Assert.Equal(200, (await shown).Status);
        Assert.Equal(0, await page.FrameLocator("iframe").GetByRole(AriaRole.Button).CountAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_site_that_gives_its_own_name_the_address_of_this_machine_gets_nothing()
    {
        var page = await OpenAsync("about:blank");
        var root = string.Create(CultureInfo.InvariantCulture, $"http://{Rebound}:{world.Address.Port}");
        var answer = await page.GotoAsync(root + "/api/v1/topologies");
        Assert.Equal(421, answer!.Status);
        Assert.DoesNotContain(world.Running, await answer.TextAsync(), StringComparison.Ordinal);

        // To the browser these are requests of the server's own pages.
        var before = await RunningAsync();
        foreach (var attempt in new[]
        {
            "fetch('/api/v1/topologies')",
            $"fetch('/api/v1/topologies/local/ads/prod/{world.Running}', {{ method: 'DELETE' }})",
            $"fetch('/api/v1/topologies/local/ads/prod/{world.Running}/restart', {{ method: 'POST' }})",
        })
        {
            Assert.Equal(421, await page.EvaluateAsync<int>($"{attempt}.then(a => a.status)"));
        }

        Assert.Equal(before, await RunningAsync());
        await page.Context.CloseAsync();
    }

    private Task<IPage> OpenAsync(string address) => world.OpenAsync(address);

    /// <summary>The running topology's containers with what tells a restarted one from the one before.</summary>
    private async Task<string> RunningAsync()
    {
        using var topology = JsonDocument.Parse(await world.Http.GetStringAsync($"/api/v1/topologies/local/ads/prod/{world.Running}"));
        return topology.RootElement.GetProperty("containers").ToString();
    }

    private async Task ServeAsync()
    {
        var page = Encoding.UTF8.GetBytes("<!doctype html><title>kittens</title>");
        while (_site.IsListening)
        {
            try
            {
                var context = await _site.GetContextAsync();
                context.Response.ContentType = "text/html";
                context.Response.Close(page, willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
                return;
            }
        }
    }
}
