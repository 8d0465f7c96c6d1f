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

    /// <summary>The built program.</summary>
    public static string Program { get; } = Path.Join(
        Fixtures.RepositoryRoot, "src", "Heron.ApiServer", "bin", Configuration, "net10.0", "heron-apiserver.dll");

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<ServerProcess> StartAsync(Uri address, string log, IEnumerable<string> arguments)
    {
        var server = new ServerProcess(ChildProcess.Start(log, ["dotnet", Program, .. arguments]));
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
