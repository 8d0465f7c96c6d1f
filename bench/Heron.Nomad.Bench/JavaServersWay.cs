// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Heron.Scheduler.Nomad.Tests.Support;

/// <summary>
/// What the Java server asks of Nomad, as its NomadScheduler has it: one request after another over one connection; a job a PUT;
/// before a restart or a kill, the list of all jobs of the cluster and then each of them, whoever owns it. Only requests are
/// imitated, with bodies made beforehand, so that it is no slower than the Java server would be.
/// </summary>
internal sealed class JavaServersWay(string uri) : IWay
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = new Uri(uri) };
    private string[] _bodies = [];

    public string Name => "as the Java server";

    public async Task PrepareAsync(int containers)
    {
        await using var texts = Deployments.Scheduler(uri);
        _bodies = string.Concat(texts.Describe(Deployments.Make(containers))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async Task SubmitAsync()
    {
        foreach (var body in _bodies)
        {
            await PutAsync(body);
        }
    }

    public async Task RestartAsync()
    {
        var jobs = await ReadAllAsync();
        await DeregisterAsync(jobs);
        foreach (var job in jobs)
        {
            job["Stop"] = false;
            await PutAsync(new JsonObject { ["Job"] = job }.ToJsonString());
        }
    }

    public async Task KillAsync() => await DeregisterAsync(await ReadAllAsync());

    public async Task CleanUpAsync()
    {
        _bodies = [];
        foreach (var job in (await _http.GetFromJsonAsync<JsonArray>($"v1/jobs?prefix={Deployments.Id}-"))!)
        {
            (await _http.DeleteAsync(new Uri($"v1/job/{job!["ID"]}?purge=true", UriKind.Relative))).Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<List<JsonObject>> ReadAllAsync()
    {
        List<JsonObject> own = [];
        foreach (var stub in (await _http.GetFromJsonAsync<JsonArray>("v1/jobs"))!)
        {
            var job = (await _http.GetFromJsonAsync<JsonObject>($"v1/job/{stub!["ID"]}"))!;
            if (job["Meta"]?["topology.name"]?.GetValue<string>() == Deployments.Identity.Name)
            {
                own.Add(job);
            }
        }

        return own;
    }

    private async Task DeregisterAsync(List<JsonObject> jobs)
    {
        foreach (var job in jobs)
        {
            using var answer = await _http.DeleteAsync(new Uri($"v1/job/{job["ID"]}", UriKind.Relative));
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task PutAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PutAsync(new Uri("v1/jobs", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }
}
