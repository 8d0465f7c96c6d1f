// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Heron.Core;

namespace Heron.ApiServer.Access;

/// <summary>
/// The public keys of all issuers. They are known by their place, and not with the users file, so that an issuer that is away does no
/// harm when that file is read again.
/// </summary>
internal sealed partial class IssuerKeys(TimeProvider time, ILogger<IssuerKeys> logger) : IDisposable
{
    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = RemoteKeys.NewClient();
    private readonly ConcurrentDictionary<string, ReloadedFiles<IReadOnlyList<IssuerKey>>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Uri, RemoteKeys> _remote = new();

    /// <summary>The keys with which a token may have been signed; none when the issuer has no such key.</summary>
    /// <param name="place">Where the issuer's keys are.</param>
    /// <param name="id">The token's <c>kid</c>, or null.</param>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the issuer does not answer, and never did or too long ago.</exception>
    public async Task<IReadOnlyList<IssuerKey>> FindAsync(KeyPlace place, string? id, string algorithm, CancellationToken cancellationToken)
    {
        if (place.Path is { } path)
        {
            return Fitting(OfFile(path), id, algorithm);
        }

        var fitting = Fitting(await Remote(place.Address!).CurrentAsync(cancellationToken), id, algorithm);
        return fitting.Count > 0 ? fitting : await FindNewerAsync(place, id, algorithm, cancellationToken);
    }

    /// <summary>The same when those known before do not do: an issuer at an address is asked once more, unless that was done a moment ago.</summary>
    /// <param name="place">Where the issuer's keys are.</param>
    /// <param name="id">The token's <c>kid</c>, or null.</param>
    /// <param name="algorithm">The token's <c>alg</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Unavailable"/>: the issuer does not answer.</exception>
    public async Task<IReadOnlyList<IssuerKey>> FindNewerAsync(KeyPlace place, string? id, string algorithm, CancellationToken cancellationToken) =>
        Fitting(place.Path is { } path ? OfFile(path) : await Remote(place.Address!).NewerAsync(cancellationToken), id, algorithm);

    /// <summary>Reads a file of keys.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: it cannot be read, or has no key that can be used.</exception>
    public static KeySet Read(string path)
    {
        try
        {
            return KeySetReader.Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HeronException(FaultKind.Invalid, $"the issuer's keys {path} cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static List<IssuerKey> Fitting(IReadOnlyList<IssuerKey> keys, string? id, string algorithm) =>
        [.. keys.Where(k => k.Fits(id, algorithm))];

    private RemoteKeys Remote(Uri place) => _remote.GetOrAdd(place, address => new RemoteKeys(_client, address, time, logger));

    private IReadOnlyList<IssuerKey> ReadAndTell(string path)
    {
        var set = Read(path);
        if (set.Mistakes.Length > 0)
        {
            Log.PassedOver(logger, set.Mistakes);
        }

        return set.Keys;
    }

    // The users file was not taken with a file of keys that cannot be read; one that is gone since then is the operator's to bring back.
    private IReadOnlyList<IssuerKey> OfFile(string path)
    {
        try
        {
            return _files.GetOrAdd(path, p => new ReloadedFiles<IReadOnlyList<IssuerKey>>([p], () => ReadAndTell(p), FileInterval, time, mistakes =>
            {
                if (mistakes is null)
                {
                    Log.Reloaded(logger, p);
                }
                else
                {
                    Log.Kept(logger, mistakes);
                }
            })).Current;
        }
        catch (HeronException e)
        {
            Log.Kept(logger, e.Message);
            throw new BusyException("the keys of the token's issuer cannot be read here; the server's log says why", isCallers: false, RemoteKeys.Pause);
        }
    }

    internal static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "the issuer's keys were read again from {Path}")]
        public static partial void Reloaded(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "changed keys of an issuer are not used, what was read before holds: {Mistakes}")]
        public static partial void Kept(ILogger logger, string mistakes);

        [LoggerMessage(Level = LogLevel.Warning, Message = "keys of an issuer are passed over, its others are used: {Mistakes}")]
        public static partial void PassedOver(ILogger logger, string mistakes);
    }
}
