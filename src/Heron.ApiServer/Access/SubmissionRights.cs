// SPDX-License-Identifier: Apache-2.0
using Heron.Core;
using Heron.Core.Configuration;
using Heron.Operations;
using Heron.Operations.Submit;

namespace Heron.ApiServer.Access;

/// <summary>What a submission asks of its caller can be said only when its form is read.</summary>
internal static class SubmissionRights
{
    /// <summary>Whether the caller may submit this topology, in the name of this user, with these settings.</summary>
    /// <exception cref="BadHttpRequestException">403: it may not.</exception>
    public static void Check(HttpContext context, SubmissionForm form, OverrideRules rules)
    {
        var user = Login.Of(context).User;
        var topology = new TopologyAddress(form.Cluster, form.Role, form.Environment, form.Name);
        var printed = ShownText.Of($"{form.Cluster}/{form.Role}/{form.Environment}/{form.Name}");
        if (context.Features.Get<AuditedAction>() is { } action)
        {
            context.Features.Set(action with { Topology = printed, ClaimedUser = ShownText.Of(form.User) });
        }

        if (!user.May(Right.Submit, topology))
        {
            throw Refused($"the user {user.Name} has not the right to submit {printed}; with the CLI, the role is the part behind the cluster");
        }

        if (form.Value(SubmissionKeys.RemoveLeftContainers) is not null && !user.May(Right.Operate, topology))
        {
            throw Refused(
                $"the user {user.Name} has not the right to kill {printed}, which {SubmissionKeys.RemoveLeftContainers} asks for");
        }

        if (!user.MayActFor(form.User, topology))
        {
            throw Refused(
                $"the user {user.Name} may not submit in the name of {ShownText.Of(form.User)} (the form's field 'user', which the CLI fills with "
                    + "the login name on its machine); 'acts-for' in the users file allows it");
        }

        CheckSettings(context, topology, RequestFlags.Without(form.Overrides).Select(setting => setting.Key), rules);
    }

    /// <summary>
    /// Whether the caller may bring these settings along. Administrators may set everything; on a server without login nobody has
    /// proved to be one, so that the rules count for all.
    /// </summary>
    /// <exception cref="BadHttpRequestException">403: one of them is not the caller's to set.</exception>
    public static void CheckSettings(HttpContext context, TopologyAddress topology, IEnumerable<string> keys, OverrideRules rules)
    {
        var login = Login.Of(context);
        if (!login.IsAnybody && login.User.May(Right.Admin, topology))
        {
            return;
        }

        foreach (var key in keys)
        {
            if (rules.RefusalOf(key) is { } rule)
            {
                throw Refused(
                    $"the setting {ShownText.Of(key)} cannot be set by a request: {rule}; "
                    + (login.IsAnybody ? "the operator of this server may allow it there" : "the right 'admin' for the topology, or the operator there, allows it"));
            }
        }
    }

    private static BadHttpRequestException Refused(string why) => new(why, StatusCodes.Status403Forbidden);
}
