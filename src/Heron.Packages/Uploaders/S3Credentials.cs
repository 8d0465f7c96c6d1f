// SPDX-License-Identifier: Apache-2.0
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Heron.Core;
using Heron.Core.Parts;

namespace Heron.Packages.Uploaders;

/// <summary>Where <see cref="S3Uploader"/> has its credentials from.</summary>
internal static class S3Credentials
{
    private const string ProfileVariable = "AWS_PROFILE";
    private const string DefaultProfile = "default";
    private const string TokenVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";

    // Their exchange for keys is in packages of the SDK that do not come with this program.
    private const string Instead = "this program has no part for; use access keys, credential_process, or the role of the machine or container";

    /// <summary>Those that the settings name, or null for what the SDK finds by itself.</summary>
    /// <exception cref="HeronException">The profile does not exist, or is of a kind that cannot be used.</exception>
    internal static AWSCredentials? Of(S3UploaderOptions options) =>
        options.Credentials is { } pair ? new BasicAWSCredentials(pair.Key, pair.Secret)
        : options.Profile is { } profile ? OfProfile(profile, S3UploaderOptions.ProfileKey, null)
        : null;

    /// <summary>Finds at the start, without asking anybody, what the first upload would fail of.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="variable">Looks an environment variable up.</param>
    /// <param name="findings">Gets a mistake.</param>
    /// <param name="profiles">The file of profiles, when it is not where the SDK looks.</param>
    internal static void Check(S3UploaderOptions options, Func<string, string?> variable, Findings findings, string? profiles = null)
    {
        if (options.Credentials is not null)
        {
            return;
        }

        if (options.Profile is { } profile)
        {
            findings.Try(() => OfProfile(profile, S3UploaderOptions.ProfileKey, profiles));
            return;
        }

        // As the SDK looks for them, one after the other.
        if (IsSet("AWS_ACCESS_KEY_ID") && (IsSet("AWS_SECRET_ACCESS_KEY") || IsSet("AWS_SECRET_KEY")))
        {
            return;
        }

        if (IsSet(TokenVariable) && IsSet("AWS_ROLE_ARN"))
        {
            findings.Mistake($"{TokenVariable} is set, which {Instead}, and unset it");
        }
        else if (variable(ProfileVariable) is { Length: > 0 } named)
        {
            findings.Try(() => OfProfile(named, ProfileVariable, profiles));
        }
        else
        {
            findings.Try(() => CheckDefault(profiles, findings));
        }

        bool IsSet(string name) => !string.IsNullOrEmpty(variable(name));
    }

    private static AWSCredentials OfProfile(string profile, string key, string? profiles)
    {
        try
        {
            return new CredentialProfileStoreChain(profiles).TryGetAWSCredentials(profile, out var credentials)
                ? Usable(credentials, profile, key)
                : throw new HeronException(FaultKind.Invalid, $"{key}: there is no profile {profile} with credentials on this machine");
        }
        catch (InvalidOperationException fault)
        {
            // Some kinds look at once for the part of the SDK that is not there.
            throw new HeronException(FaultKind.Invalid, Refusal(profile, key), fault);
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            // Without its words: they may quote a line, which may be a secret.
            throw new HeronException(FaultKind.Invalid, $"{key}: AWS' files of profiles on this machine cannot be read", fault);
        }
    }

    // What nobody has named is only in the way when the SDK takes it; what it cannot make it passes over.
    private static void CheckDefault(string? profiles, Findings findings)
    {
        try
        {
            if (new CredentialProfileStoreChain(profiles).TryGetAWSCredentials(DefaultProfile, out var credentials))
            {
                Usable(credentials, DefaultProfile, S3UploaderOptions.ProfileKey);
            }
        }
        catch (InvalidOperationException)
        {
            findings.Warning(Refusal(DefaultProfile, S3UploaderOptions.ProfileKey));
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            findings.Warning($"{S3UploaderOptions.ProfileKey}: AWS' files of profiles on this machine cannot be read");
        }
    }

    private static bool IsUnreadable(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or InvalidDataException or AmazonClientException;

    private static AWSCredentials Usable(AWSCredentials credentials, string profile, string key) => credentials is not (
        AssumeRoleAWSCredentials or AssumeRoleWithWebIdentityCredentials or FederatedAWSCredentials or SSOAWSCredentials or LoginAWSCredentials)
        ? credentials
        : throw new HeronException(FaultKind.Invalid, Refusal(profile, key));

    private static string Refusal(string profile, string key) =>
        $"{key}: the profile {profile} has a role, a web identity, single sign-on or a login " +
        $"(role_arn, web_identity_token_file, sso_*, login_session), which {Instead}";
}
