// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using Heron.Core;
using Heron.Core.Packages;
using Microsoft.Extensions.Logging;

namespace Heron.Packages.Uploaders;

/// <summary>
/// Copies packages to another machine with the system's scp and ssh. Nodes must have the folder there under the same path.
/// </summary>
/// <param name="options">Where to, and how.</param>
/// <param name="logger">Hears of temporary files that stay.</param>
/// <param name="time">Measures how long the other machine takes.</param>
public sealed partial class ScpUploader(ScpUploaderOptions options, ILogger<ScpUploader> logger, TimeProvider time) : IUploader
{
    private const string FileScheme = "file://";
    private const int QuotedOutput = 300;
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(30);

    // After the operator's own options, which win: never ask a person, never wait for ever.
    private static readonly string[] Unattended =
        ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"];

    /// <summary>Copies to a temporary name and renames there: the package is there whole or not at all.</summary>
    /// <inheritdoc/>
    public async Task<PublishedPackage> PublishAsync(
        TopologyPackage package, Func<PublishedPackage, Task> decided, CancellationToken cancellationToken)
    {
        var folder = Harmless(options.Folder.For(package));
        var name = PackageFileName.Of(package);
        var path = $"{folder}/{name}";
        var temporary = Unfinished(path);
        var published = new PublishedPackage(FileScheme + path, package.Sha256);
        await decided(published);
        using var watch = Watch(options.Patience.Whole, cancellationToken);
        await SshAsync(["mkdir", "-p", "--", folder], watch);
        try
        {
            await RunAsync(
                options.ScpProgram,
                [.. options.ScpOptions, .. Unattended, "--", package.Path, $"{options.ScpConnection}:{temporary}"],
                $"{options.ScpConnection} ({ScpUploaderOptions.ScpConnectionKey})",
                watch);
            await SshAsync(["mv", "-f", "--", temporary, path], watch);
        }
        catch
        {
            await TryDeleteAsync(temporary);
            throw;
        }

        return published;
    }

    /// <summary>Deletes the file, if it is one of ours in such a folder; anything else is left alone.</summary>
    /// <inheritdoc/>
    public async Task RemoveAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        if (!package.Uri.StartsWith(FileScheme, StringComparison.Ordinal))
        {
            return;
        }

        var path = package.Uri[FileScheme.Length..];
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.Length < path.Length && PackageFileName.IsOurs(name) && options.Folder.Matches(path[..^(name.Length + 1)]))
        {
            using var watch = Watch(options.Patience.Whole, cancellationToken);
            await SshAsync(["rm", "-f", "--", Harmless(path), Unfinished(path)], watch);
        }
    }

    // The package's name is random, so this one is, too; a recovery that knows the one knows the other.
    private static string Unfinished(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        return $"{path[..slash]}.{path[slash..]}.part";
    }

    // ssh joins its arguments and gives them to a shell there, scp may do so too: only paths that mean nothing to a shell.
    private static string Harmless(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+@=,".Contains(c, StringComparison.Ordinal))
            ? path
            : throw new HeronException(
                FaultKind.Invalid,
                $"scp cannot copy to {path}: the folder may have ASCII letters, digits and / . _ - + @ = , only");

    private Task SshAsync(IEnumerable<string> command, UploadWatch watch) => RunAsync(
        options.SshProgram,
        [.. options.SshOptions, .. Unattended, "--", options.SshConnection, .. command],
        $"{options.SshConnection} ({ScpUploaderOptions.SshConnectionKey})",
        watch);

    // The connection may live while the disk behind it hangs, and what scp has sent is not seen here: only the whole is limited.
    private UploadWatch Watch(TimeSpan whole, CancellationToken cancellationToken) =>
        new(options.Patience with { Silence = Timeout.InfiniteTimeSpan, Whole = whole }, time, cancellationToken);

    // The fault that led here is the one to report.
    private async Task TryDeleteAsync(string path)
    {
        using var watch = Watch(CleanUp, default);
        try
        {
            await SshAsync(["rm", "-f", "--", path], watch);
        }
        catch (HeronException fault)
        {
            Log.Stays(logger, path, options.SshConnection, fault);
        }
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments, string where, UploadWatch watch)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            throw new HeronException(FaultKind.Internal, $"{program} cannot be started: {fault.Message}; install it", fault);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(watch.Token);
        var errors = process.StandardError.ReadToEndAsync(watch.Token);
        try
        {
            await process.WaitForExitAsync(watch.Token);
            await output;
            if (process.ExitCode != 0)
            {
                throw new HeronException(
                    FaultKind.BadGateway, $"{Path.GetFileName(program)} ended with {process.ExitCode}: {Quote(await errors)}");
            }
        }
        catch (OperationCanceledException fault)
        {
            process.Kill(entireProcessTree: true);
            if (watch.IsOver)
            {
                throw new HeronException(
                    FaultKind.Unavailable,
                    $"{Path.GetFileName(program)} to {where} was killed, as the time for it was over: {watch.Whole.TotalMinutes:0.#} minutes; " +
                    "look whether that host and its disk answer, and try again",
                    fault);
            }

            throw;
        }
    }

    private static string Quote(string text)
    {
        var line = ShownText.Line(text, int.MaxValue);
        return line.Length <= QuotedOutput ? line : line[^QuotedOutput..];
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The unfinished package {Path} stays on {Connection}; delete it")]
        public static partial void Stays(ILogger logger, string path, string connection, Exception fault);
    }
}
