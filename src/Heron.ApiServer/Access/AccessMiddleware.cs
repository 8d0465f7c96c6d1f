// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Answers;
using Heron.ApiServer.Routing;
using Heron.Core;
using Heron.Core.State;
using Heron.Operations;
using Heron.Operations.Running;
using Heron.Pages.Serving;

namespace Heron.ApiServer.Access;

/// <summary>Lets a request through to its endpoint when its sender may do what the endpoint does. Runs behind routing.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, Authenticator authenticator, TimeProvider time)
{
    private const string Challenge = "Basic realm=\"heron-apiserver\", charset=\"UTF-8\"";

    /// <summary>Runs the rest of the pipeline, or answers 401 or 403.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            // Nothing is there: nothing is given away by saying so.
            await next(context);
            return;
        }

        var access = endpoint.Metadata.GetMetadata<RouteAccess>() ?? RouteAccess.Default;
        if (access.Right == Right.None)
        {
            await next(context);
            return;
        }

        if (WantsPage(context.Request) && authenticator.IsUnknown(context))
        {
            context.Response.Redirect(LoginPages.For(context.Request));
            return;
        }

        var login = await AuthenticateAsync(context);
        if (login.Method == Login.Session && ForeignRequestMiddleware.IsChange(context.Request.Method) && !ForeignRequestMiddleware.SaysOrigin(context.Request))
        {
            // A browser says where a change comes from, and that it was from here has been seen to; without a word it may be from anywhere.
            throw new BadHttpRequestException(
                "a session of the pages may change something only from a page: log in with a password or a token",
                StatusCodes.Status403Forbidden);
        }

        if (!May(login.User, access, TopologyPath.Of(context)))
        {
            throw new BadHttpRequestException(
                $"the user {login.User.Name} has not the right to {Verb(access.Right)}{Target(context, access)}; an administrator of this server gives it in the users file",
                StatusCodes.Status403Forbidden);
        }

        context.Features.Set(login);
        var path = TopologyPath.Of(context);
        context.Features.Set<IAnswerCondition>(new StandingLogin(login, known => JudgeAgainAsync(context, known, access, path), time));
        var isSession = login.Method == Login.Session;
        if (isSession || !login.User.MayEverywhere(Right.Read))
        {
            context.Features.Set(new PageViewer(topology => login.User.May(Right.Read, topology)) { User = isSession ? login.User.Name : null });
        }

        try
        {
            await (access.IsByName && !login.User.MayEverywhere(access.Right) ? ByNameAsync(context, login.User, access.Right) : next(context));
        }
        catch (ElsewhereException elsewhere) when (!login.User.May(Right.Read, elsewhere.Place))
        {
            // As one that is not there: who runs what where is told to those who may see it.
            throw NotThere(elsewhere.Place.Name);
        }
    }

    private static HeronException NotThere(string name) => new(FaultKind.NotFound, $"Topology '{ShownText.Of(name)}' does not exist");

    /// <summary>Lets a page of a topology through that names it by its name alone. One that may not be seen looks as one that is not there.</summary>
    private async Task ByNameAsync(HttpContext context, User user, Right right)
    {
        var name = (string?)context.Request.RouteValues["name"] ?? "";
        var topology = await FindAsync(context, name);
        if (topology is null || !user.May(Right.Read, topology))
        {
            throw NotThere(name);
        }

        if (!user.May(right, topology))
        {
            throw new BadHttpRequestException(
                $"the user {user.Name} has not the right to {Verb(right)} {ShownText.Of(name)}; an administrator of this server gives it in the users file",
                StatusCodes.Status403Forbidden);
        }

        await next(context);
    }

    // Of one that cannot be read nobody knows whose it is: only who may see all may see it.
    private static async Task<TopologyAddress?> FindAsync(HttpContext context, string name)
    {
        try
        {
            var state = context.RequestServices.GetRequiredService<IStateManager>();
            return await state.GetExecutionStateAsync(name, context.RequestAborted) is { } execution
                ? new TopologyAddress(execution.Cluster, execution.Role, execution.Environ, execution.TopologyName)
                : null;
        }
        catch (UnreadableStateException)
        {
            return null;
        }
    }

    /// <summary>Who sent a request that is still answered, if the answer may go on.</summary>
    private async Task<Login?> JudgeAgainAsync(HttpContext context, Login known, RouteAccess access, TopologyPath? path) =>
        await authenticator.StillAsync(context, known) is { } now && May(now.User, access, path) ? now : null;

    private static bool WantsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private async Task<Login> AuthenticateAsync(HttpContext context)
    {
        try
        {
            return await authenticator.AuthenticateAsync(context) ?? throw new BadHttpRequestException(
                "this server wants to know who you are: with the CLI write --service-url=http://USER:PASSWORD@HOST:PORT, with curl -u USER, "
                    + "or send a token as 'Authorization: Bearer TOKEN'",
                StatusCodes.Status401Unauthorized);
        }
        catch (TooManyTriesException e)
        {
            context.Response.Headers.RetryAfter = e.RetryAfter;
            throw;
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            throw;
        }
    }

    private static bool May(User user, RouteAccess access, TopologyPath? path) => access.ForAll ? user.MayEverywhere(access.Right)
        : path is null ? user.MaySomewhere(access.Right)
        : user.May(access.Right, path.Address);

    private static string Verb(Right right) => right.ToString().ToLowerInvariant();

    private static string Target(HttpContext context, RouteAccess access) => TopologyPath.Of(context) is { } path
        ? " " + ShownText.Of(path.ToString())
        : access.ForAll ? $" all topologies ('{Verb(access.Right)} *')"
        : "";
}
