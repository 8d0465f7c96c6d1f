// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Heron.Testing;

namespace Heron.EndToEnd.Tests.Support;

/// <summary>A real server process with a home of its own.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The server that is tested: the one that was built with the tests, or that of HERON_PROGRAM, such as one that is published.</summary>
    public static string Product { get; } = Environment.GetEnvironmentVariable("HERON_PROGRAM") is { Length: > 0 } named
        ? Path.GetFullPath(named, Fixtures.RepositoryRoot)
        : Built("src", "Heron.ApiServer", "heron-apiserver");

    public static string Blocking { get; } = Built("tests", "Heron.BlockingServer", "Heron.BlockingServer");

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    public int Id => _process.Id;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Starts a program and does not wait for anything.</summary>
    public static ServerProcess Launch(
        string program, string home, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // As from a terminal: a test run in the background ignores SIGINT, and so would the server.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT,QUIT", program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
        };
        start.Environment["HOME"] = home;
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Starts a server on loopback, on a free port if the arguments name none, and waits until it serves.</summary>
    public static async Task<ServerProcess> StartAsync(
        string program, string home, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] given = [.. arguments];
        string[] port = given.Contains("--port") ? [] : ["--port", "0"];
        var server = Launch(
            program, home, [.. given, "--bind", "127.0.0.1", .. port, "--download-hostname", "127.0.0.1"], environment);
        await Poll.UntilAsync(
            () => server._process.HasExited || server.Output.Any(l => Serving().IsMatch(l)), "the server serves");
        var line = server.Output.FirstOrDefault(l => Serving().IsMatch(l));
        Assert.True(line is not null, string.Join('\n', [.. server.Output, .. server.Errors]));
        server.Client.BaseAddress = new Uri(Serving().Match(line).Groups[1].Value);
        return server;
    }

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Poll.Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await EndAsync();
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString()]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static string Built(params string[] parts) =>
        Path.Join(Fixtures.RepositoryRoot, parts[0], parts[1], "bin", Configuration, "net10.0", parts[2]);

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [GeneratedRegex("serving cluster .*; nodes reach this server at (http://[^;]+);")]
    private static partial Regex Serving();
}
