// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Heron.Core.Parts;

namespace Heron.ApiServer.Access;

/// <summary>Registers what decides who may do what, and puts it into the pipeline.</summary>
internal static class AccessServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessOptions options, IEnumerable<string> names)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new HostNames([Dns.GetHostName(), .. names], options.AllowedHosts, Task.Run(HostNames.OfThisMachine)));
        if (options.AuditLog is { } audit)
        {
            services.AddSingleton(s => AuditLog.OpenAt(
                audit, disk: s.GetService<AuditDisk>(), time: s.GetRequiredService<TimeProvider>(), logger: s.GetRequiredService<ILogger<AuditLog>>()));
        }

        return options.UsersFile is not { } users ? services : services
            .AddSingleton(s => ActivatorUtilities.CreateInstance<PolicySource>(s, users))
            .AddSingleton<PasswordMemory>()
            .AddSingleton<LoginThrottle>()
            .AddSingleton<Sessions>()
            .AddSingleton<IssuerKeys>()
            .AddSingleton<IssuerTokens>()
            .AddSingleton<Authenticator>();
    }

    /// <summary>Adds what looks at a request once it is known what it asks for.</summary>
    public static void UseAccess(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<AccessOptions>();
        if (options.UsersFile is not null)
        {
            app.UseMiddleware<AccessMiddleware>();
            app.MapLogin();
        }
    }

    /// <summary>Adds the audit, when there is one.</summary>
    public static void UseAudit(this WebApplication app)
    {
        if (app.Services.GetRequiredService<AccessOptions>().AuditLog is not null)
        {
            app.UseMiddleware<AuditMiddleware>();
        }
    }

    /// <summary>Finds what would hinder the start: files that cannot be used, and a server without login where one is required.</summary>
    public static void Check(AccessOptions options, IPAddress? address, Findings findings)
    {
        if (options.RequireLogin && !options.NamesUsers && !IsLoopback(address))
        {
            findings.Mistake("--require-login: others can reach this server; give --users FILE, or --bind 127.0.0.1");
        }

        foreach (var warning in findings.Try(() => options.UsersFile is { } users ? PolicySource.Read(users) : null)?.Warnings ?? [])
        {
            findings.Warning(warning);
        }

        findings.Try(() => options.OpenCertificates(TimeProvider.System));
        findings.Try(() =>
        {
            using var audit = options.AuditLog is { } path ? AuditLog.OpenAt(path) : null;
        });
    }

    /// <summary>What to say at every start of a server that is open to others.</summary>
    public static IEnumerable<string> Warnings(AccessOptions options, IPAddress? address)
    {
        if (!options.NamesUsers && !IsLoopback(address))
        {
            yield return "EVERYBODY WHO REACHES THIS SERVER MAY SUBMIT, KILL AND DOWNLOAD: give it users with --users FILE, or let it listen on loopback "
                + "alone with --bind 127.0.0.1, or see to it that a firewall keeps others away";
        }

        if (options.NamesUsers && !options.NamesCertificate && !IsLoopback(address))
        {
            yield return "passwords and tokens come over the network as they are: speak TLS with --tls-certificate and --tls-key, or stand behind a proxy that does";
        }
    }

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
