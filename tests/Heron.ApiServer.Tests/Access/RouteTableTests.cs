// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;
using Heron.ApiServer.Routing;
using Heron.ApiServer.Tests.Support;
using Heron.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Heron.ApiServer.Tests.Access;

/// <summary>The table of routes in <c>docs/security.md</c> is the one that the server goes by.</summary>
public sealed class RouteTableTests : IDisposable
{
    // Whatever lies below has one right, what needs more than to read excepted. Assets have their content's hash in their addresses.
    private static readonly (string Prefix, string Methods)[] Below = [("/tracker", "any"), ("/assets", "`GET`")];

    private readonly string _users = Path.GetTempFileName();

    public void Dispose() => File.Delete(_users);

    [Fact]
    public async Task The_page_about_security_names_every_route_with_the_right_that_it_needs()
    {
        await File.WriteAllTextAsync(_users, "users:\n  alice:\n    rights: ['read *']\n");
        await using var server = await TestServer.StartAsync(access: new AccessOptions { UsersFile = _users });
        var wanted = server.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(Row).Distinct().Order(StringComparer.Ordinal).ToList();
        var page = await File.ReadAllTextAsync(Path.Join(Fixtures.RepositoryRoot, "docs", "security.md"));
        var written = page[page.IndexOf("| methods | route | right |", StringComparison.Ordinal)..]
            .Split('\n').Skip(2).TakeWhile(l => l.StartsWith('|')).Order(StringComparer.Ordinal).ToList();
        Assert.True(wanted.SequenceEqual(written), "docs/security.md must have exactly these rows:\n" + string.Join('\n', wanted));
    }

    private static string Row(RouteEndpoint route)
    {
        var pattern = "/" + route.RoutePattern.RawText!.Trim('/');
        var access = route.Metadata.GetMetadata<RouteAccess>() ?? RouteAccess.Default;
        if (access.Right == Right.Read && Array.Find(Below, b => (pattern + "/").StartsWith(b.Prefix + "/", StringComparison.Ordinal)) is { Prefix: { } prefix } below)
        {
            return $"| {below.Methods} | `{prefix}/...` | {Words(access, prefix)} |";
        }

        var methods = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Where(m => m != "HEAD").Select(m => $"`{m}`") ?? ["any"];
        return $"| {string.Join(", ", methods)} | `{pattern}` | {Words(access, pattern)} |";
    }

    private static string Words(RouteAccess access, string pattern) => access switch
    {
        { Right: Right.None } => "none",
        { ForAll: true } => $"`{Name(access)} *`",
        { Action: "submit" } => $"`{Name(access)}` for the topology that the form names",
        _ when access.IsByName || pattern.StartsWith(TopologyPath.Pattern, StringComparison.Ordinal) => $"`{Name(access)}` for that topology",
        _ => $"`{Name(access)}` for any topology",
    };

    private static string Name(RouteAccess access) => access.Right.ToString().ToLowerInvariant();
}
