// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Core.Parts;
using Heron.Core.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heron.Testing.Parts;

/// <summary>Makes parts as the program does, without the program.</summary>
public static class TestParts
{
    public static PartSettings Settings(HeronConfig config, string cluster = "nomad", Func<string, string?>? variable = null) =>
        new(config, cluster, new HostEnvironment("/home/heron", null), variable ?? (_ => null));

    /// <summary>The part with its settings; wrong ones are an error that names them all.</summary>
    public static TContract Make<TContract>(
        IPart<TContract> part, HeronConfig config, string cluster = "nomad", TimeProvider? time = null, IServiceProvider? services = null)
        where TContract : class
    {
        var make = Read(findings => part.Read(Settings(config, cluster), findings));
        return make!(Tools(time, services));
    }

    public static PartTools Tools(TimeProvider? time = null, IServiceProvider? services = null) => new(
        NullLoggerFactory.Instance, time ?? TimeProvider.System, HeronCoreGeneration.Newest, services ?? new NoServices());

    /// <summary>The mistakes in a part's settings.</summary>
    public static IReadOnlyList<string> Mistakes<TContract>(
        IPart<TContract> part, HeronConfig config, Func<string, string?>? variable = null)
        where TContract : class
    {
        var findings = new Findings();
        part.Read(Settings(config, variable: variable), findings);
        return findings.Mistakes;
    }

    /// <summary>Options as a descriptor reads them; wrong settings are an error that names them all, a line each.</summary>
    public static TOptions Read<TOptions>(Func<Findings, TOptions> read)
    {
        var findings = new Findings();
        var options = read(findings);
        return findings.Mistakes.Count == 0
            ? options
            : throw new HeronException(FaultKind.Invalid, string.Join('\n', findings.Mistakes));
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
