// SPDX-License-Identifier: Apache-2.0
using Heron.EndToEnd.Tests.Support;
using Heron.Testing;
using Heron.Testing.Nomad;

namespace Heron.EndToEnd.Tests.Crashes;

/// <summary>A scripted Nomad that carries some registrations out seconds after they came, and also when nobody waits for them any more.</summary>
internal sealed class LateNomad : ICrashPlace, IAsyncDisposable
{
    private const int ShortestDelayMs = 500;
    private const int LongestDelayMs = 3000;

    private readonly ScriptedNomad _nomad;
    private NomadFault? _fault;

    private LateNomad(ScriptedNomad nomad) => _nomad = nomad;

    public ServerHome Home { get; } = new();

    public IReadOnlyList<string> Arguments => Home.Arguments(_nomad.Uri);

    public bool ContainersComeLate => true;

    public static async Task<LateNomad> StartAsync() => new(await ScriptedNomad.StartAsync());

    public Task BeforeRequestsAsync(Random random)
    {
        _nomad.ClearFaults();
        var fault = _nomad.Fault(new NomadFault
        {
            Kind = NomadFaultKind.Late,
            PathContains = "/v1/jobs",
            BodyContains = Submit.TopologyId,
            Skip = random.Next(3),
            Times = random.Next(1, 4),
        });
        _ = OpenAsync(fault, random.Next(ShortestDelayMs, LongestDelayMs));
        _fault = fault;
        return Task.CompletedTask;

        static async Task OpenAsync(NomadFault fault, int milliseconds)
        {
            await Task.Delay(milliseconds);
            fault.Gate.TrySetResult();
        }
    }

    // The next server has begun meanwhile to look at what the dead one left.
    public async Task BeforeLookingAsync()
    {
        if (_fault is { } fault)
        {
            await fault.Gate.Task;
            await Poll.UntilAsync(() => fault.IsApplied, "what is late is done");
        }
    }

    public Task<IReadOnlyList<string>> StateAsync() => Task.FromResult(Home.StateFiles());

    public Containers Containers() => new(_nomad.JobIds, []);

    public async ValueTask DisposeAsync()
    {
        await _nomad.DisposeAsync();
        Home.Dispose();
    }
}
