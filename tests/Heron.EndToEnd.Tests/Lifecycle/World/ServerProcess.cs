using Heron.Testing;
using Heron.Testing.ZooKeeper;

namespace Heron.EndToEnd.Tests.Lifecycle.World;

/// <summary>The real server as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int SigTerm = 15;

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process) => _process = process;

    private static string Product { get; } = Path.Join(
        Fixtures.RepositoryRoot, "src", "Heron.ApiServer", "bin", Configuration, "net10.0", "heron-apiserver.dll");

    private static string Blocking { get; } = Path.Join(
        Fixtures.RepositoryRoot, "tests", "Heron.BlockingServer", "bin", Configuration, "net10.0", "Heron.BlockingServer.dll");

    /// <summary>Whether the program has ended.</summary>
    public bool HasEnded => _process.HasEnded;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="address">Where it will.</param>
    /// <param name="log">What it writes.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="standstill">The failpoint at which it stands still for ever, if it shall.</param>
    public static async Task<ServerProcess> StartAsync(
        Uri address, string log, IEnumerable<string> arguments, Standstill? standstill = null)
    {
        string[] command = standstill is null
            ? ["dotnet", Product]
            : [
                "env", $"HERON_BLOCK_FROM={standstill.Moment}", "HERON_BLOCK_COUNT=0", $"HERON_BLOCK_REACHED={standstill.Reached}",
                "dotnet", Blocking,
            ];
        var server = new ServerProcess(ChildProcess.Start(log, [.. command, .. arguments]));
        using var client = new HttpClient { BaseAddress = address };
        try
        {
            await Poll.UntilAsync(
                () => AnswersAsync(client), () => $"the server did not start:\n{File.ReadAllText(log)}");
        }
        catch
        {
            server.Dispose();
            throw;
        }

        return server;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Signal(ChildProcess.SigKill);
        _process.Dispose();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => _process.Signal(SigTerm);

    public void Dispose() => _process.Dispose();

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/api/v1/version");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
