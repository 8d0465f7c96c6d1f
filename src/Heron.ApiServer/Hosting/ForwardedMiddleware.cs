// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Routing;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Heron.ApiServer.Hosting;

/// <summary>
/// Takes from <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> who asked, and under which address, when the request
/// comes from a proxy that the operator trusts. From anybody else they are what anybody can write, and count nothing.
/// </summary>
internal sealed class ForwardedMiddleware
{
    private readonly RequestDelegate _next;
    private readonly ForwardedHeadersMiddleware? _headers;

    /// <summary>Trusts the proxies that the settings name.</summary>
    public ForwardedMiddleware(RequestDelegate next, ServerSettings settings, ILoggerFactory loggers)
    {
        _next = next;
        if (settings.TrustedProxies.Count > 0)
        {
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };

            // Its defaults trust whatever runs on this machine.
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in settings.TrustedProxies)
            {
                options.KnownIPNetworks.Add(network);
            }

            _headers = new ForwardedHeadersMiddleware(next, loggers, Options.Create(options));
        }
    }

    /// <summary>Runs the rest of the pipeline for the request as its client sent it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (_headers is not null)
        {
            var request = context.Request;
            var before = (request.Scheme, request.Host, request.PathBase);
            _headers.ApplyForwarders(context);

            // Links under one of two slashes would lead to another site, and what stands behind a semicolon would be another attribute of a
            // cookie: a proxy may hand on what its client sent.
            request.PathBase = request.PathBase.Value!.StartsWith("//", StringComparison.Ordinal) || request.PathBase.Value.Contains(';', StringComparison.Ordinal)
                ? before.PathBase
                : new PathString(request.PathBase.Value.TrimEnd('/'));

            if (before != (request.Scheme, request.Host, request.PathBase))
            {
                context.Features.Set(new ForwardedAddress($"{request.Scheme}://{request.Host}{request.PathBase}"));
            }
        }

        return _next(context);
    }
}
