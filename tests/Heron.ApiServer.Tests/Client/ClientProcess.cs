// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Testing;

namespace Heron.ApiServer.Tests.Client;

/// <summary>The program as somebody starts it to ask a server.</summary>
internal sealed class ClientProcess : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly string Program = Path.Join(
        Fixtures.RepositoryRoot, "src", "Heron.ApiServer", "bin", Configuration, "net10.0", "heron-apiserver");

    private readonly Process _process;

    private ClientProcess(Process process) => _process = process;

    /// <summary>Starts it and waits for nothing.</summary>
    public static ClientProcess Start(string? token, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("HERON_APISERVER_TOKEN");
        if (token is not null)
        {
            start.Environment["HERON_APISERVER_TOKEN"] = token;
        }

        return new ClientProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(string? token, params string[] arguments)
    {
        using var client = Start(token, arguments);
        using var limit = new CancellationTokenSource(Poll.Limit);
        var output = client._process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = client._process.StandardError.ReadToEndAsync(limit.Token);
        await client._process.WaitForExitAsync(limit.Token);
        return (client._process.ExitCode, await output, await errors);
    }

    /// <summary>The next line that it writes.</summary>
    public async Task<string> NextLineAsync()
    {
        using var limit = new CancellationTokenSource(Poll.Limit);
        return await _process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new EndOfStreamException(await _process.StandardError.ReadToEndAsync(limit.Token));
    }

    /// <summary>Reads its output no more, and waits for its end.</summary>
    public async Task<(int Exit, string Errors)> LeaveAsync()
    {
        _process.StandardOutput.Close();
        using var limit = new CancellationTokenSource(Poll.Limit);
        var errors = _process.StandardError.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, await errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
