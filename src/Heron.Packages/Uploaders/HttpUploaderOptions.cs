// SPDX-License-Identifier: Apache-2.0
using Heron.Core.Configuration;
using Heron.Core.Parts;

namespace Heron.Packages.Uploaders;

/// <summary>Settings of <see cref="HttpUploader"/>.</summary>
/// <param name="Address">Where packages are posted to.</param>
public sealed record HttpUploaderOptions(Uri Address)
{
    /// <summary>The address. When it is not set, the HTTP uploader is the server's own package store.</summary>
    public const string AddressKey = "heron.uploader.http.uri";

    /// <summary>The address as it may be shown: without user, password and query, which may be a token.</summary>
    public string Shown => Address.GetComponents(
        UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>How long the other server is waited for.</summary>
    public UploadPatience Patience { get; init; } = UploadPatience.Default;

    /// <summary>The settings, or null when no address is configured.</summary>
    /// <param name="config">The server's configuration.</param>
    /// <param name="findings">Gets a mistake when the address is no http or https URI.</param>
    public static HttpUploaderOptions? Read(HeronConfig config, Findings findings)
    {
        if (config.GetString(AddressKey) is not { Length: > 0 } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return new HttpUploaderOptions(address);
        }

        findings.Mistake($"{AddressKey} is no http or https URI: write it like http://host:9000/api/v1/file/upload");
        return null;
    }
}
