// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Heron.Testing;

namespace Heron.State.ZooKeeper.Tests;

/// <summary>A tool that is none of ours, running: it says facts line by line and ends when its input does.</summary>
public sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public ToolProcess(string program, IEnumerable<string> arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line, or null at the end.</summary>
    public async Task<string?> LineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Poll.Limit);

    /// <summary>Waits for a line that has to be the next one.</summary>
    public async Task ExpectAsync(string line)
    {
        string? said = await LineAsync();
        if (said != line)
        {
            await FailAsync($"said '{said}', not '{line}'");
        }
    }

    /// <summary>Ends the input and takes what is still said.</summary>
    public async Task<IReadOnlyList<string>> FinishAsync()
    {
        _process.StandardInput.Close();
        string rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Poll.Limit);
        await _process.WaitForExitAsync().WaitAsync(Poll.Limit);
        if (_process.ExitCode != 0)
        {
            await FailAsync($"ended with {_process.ExitCode}");
        }

        return rest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>kill -9.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task FailAsync(string what)
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        throw new InvalidOperationException($"the tool {what}: {await _errors.WaitAsync(Poll.Limit)}");
    }
}
