// SPDX-License-Identifier: Apache-2.0
namespace Heron.ApiServer.Access;

/// <summary>Where an issuer's public keys are: a file, or an address that nobody on the way can change what is read from.</summary>
/// <param name="Path">The file, absolute; null for an address.</param>
/// <param name="Address">The address; null for a file.</param>
internal sealed record KeyPlace(string? Path, Uri? Address)
{
    /// <summary>Reads what a users file says.</summary>
    /// <param name="text">An address, or a path, which may be relative to the folder.</param>
    /// <param name="folder">That of the users file.</param>
    /// <returns>The place, or null when it is no path, or an address that is neither https nor loopback.</returns>
    public static KeyPlace? Parse(string text, string folder)
    {
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return text.Contains('\0', StringComparison.Ordinal) ? null : new KeyPlace(System.IO.Path.GetFullPath(text, folder), null);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? new KeyPlace(null, address)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Path ?? Address!.ToString();
}
