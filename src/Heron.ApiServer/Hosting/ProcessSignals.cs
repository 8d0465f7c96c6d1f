// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// What the signals mean that would end a process without the orderly stop: SIGHUP reads again what can be read again, SIGUSR1 and
/// SIGUSR2 mean nothing. SIGINT and SIGTERM are the host's.
/// </summary>
internal sealed partial class ProcessSignals : IDisposable
{
    // Linux' numbers; .NET has no names for them.
    private static readonly (PosixSignal Number, string Name)[] Meaningless = [((PosixSignal)10, "SIGUSR1"), ((PosixSignal)12, "SIGUSR2")];

    private readonly List<PosixSignalRegistration> _registrations = [];

    private ProcessSignals()
    {
    }

    /// <summary>Takes the signals over until it is disposed.</summary>
    /// <param name="reload">Reads again what can be read again.</param>
    /// <param name="logger">Hears of each signal.</param>
    public static ProcessSignals Take(Action reload, ILogger logger)
    {
        var signals = new ProcessSignals();
        signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload();
        }));
        foreach (var (number, name) in OperatingSystem.IsLinux() ? Meaningless : [])
        {
            signals._registrations.Add(PosixSignalRegistration.Create(number, context =>
            {
                context.Cancel = true;
                Log.Ignored(logger, name);
            }));
        }

        return signals;
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Signal} means nothing to this server: SIGTERM ends it, SIGHUP reads users, certificates and log levels again")]
        public static partial void Ignored(ILogger logger, string signal);
    }
}
