// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Heron.Core;
using Heron.Core.Storage;

namespace Heron.Packages.Store;

/// <summary>
/// Signs the addresses that containers fetch from, so that an address is good for the one file that it was made for. The keys are
/// in <c>.server/download-keys</c> below the store, a line each: name, when it was made, and 256 random bits. The newest signs;
/// older ones stay, for what runs fetches with addresses that they signed. Who removes a line takes back all that it signed.
/// </summary>
public sealed partial class DownloadKeys
{
    /// <summary>The file's name in <c>.server</c>.</summary>
    public const string FileName = "download-keys";

    /// <summary>A server that starts makes a new key when the newest is older.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    private const int KeyBytes = 32;

    // Another server of the same store may have made a new key; a made-up one must not cost a read each time.
    private static readonly TimeSpan Reread = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private IReadOnlyList<Key> _keys;
    private long _read;

    private DownloadKeys(string path, TimeProvider time, IReadOnlyList<Key> keys) =>
        (_path, _time, _keys, _read) = (path, time, keys, time.GetTimestamp());

    /// <summary>Reads the keys of a store, and makes a new one when there is none or the newest is old.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>: the file holds something else; it says where.</exception>
    public static DownloadKeys Open(string store, TimeProvider time)
    {
        var folder = Path.Join(store, ".server");
        Directory.CreateDirectory(folder);
        var path = Path.Join(folder, FileName);
        using var alone = FolderLock.Take(folder);
        var keys = Read(path);
        var now = time.GetUtcNow();
        if (keys.Count == 0 || keys[^1].Made < now - Lifetime)
        {
            keys = [.. keys, new Key(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), now, RandomNumberGenerator.GetBytes(KeyBytes))];
            Write(path, keys);
        }

        return new DownloadKeys(path, time, keys);
    }

    /// <summary>What proves that somebody was told the address of a file: one segment of a path.</summary>
    /// <param name="file">The file, as its address names it.</param>
    public string Sign(string file)
    {
        lock (_lock)
        {
            return Sign(_keys[^1], file);
        }
    }

    /// <summary>Whether a segment of a path looks like what <see cref="Sign(string)"/> makes.</summary>
    public static bool HasForm(string segment) => Form().IsMatch(segment);

    /// <summary>Whether <see cref="Sign(string)"/> made this for that file, now or with an earlier key.</summary>
    public bool IsValid(string? capability, string file)
    {
        if (capability is null || !HasForm(capability))
        {
            return false;
        }

        var name = capability[..capability.IndexOf('.', StringComparison.Ordinal)];
        return Find(name) is { } key
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(key, file)), Encoding.ASCII.GetBytes(capability));
    }

    private static string Sign(Key key, string file) =>
        $"{key.Name}.{Base64Url.EncodeToString(HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes("download\n" + file)))}";

    private Key? Find(string name)
    {
        lock (_lock)
        {
            if (_keys.FirstOrDefault(k => k.Name == name) is { } known)
            {
                return known;
            }

            if (_time.GetElapsedTime(_read) < Reread)
            {
                return null;
            }

            _read = _time.GetTimestamp();
            try
            {
                _keys = Read(_path) is { Count: > 0 } keys ? keys : _keys;
            }
            catch (Exception e) when (e is HeronException or IOException or UnauthorizedAccessException)
            {
                // What was read before goes on to count.
            }

            return _keys.FirstOrDefault(k => k.Name == name);
        }
    }

    private static List<Key> Read(string path)
    {
        var keys = new List<Key>();
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path).Where(l => l.Length > 0) : [])
        {
            keys.Add(line.Split(' ') is [var name, var made, var secret] && KeyName().IsMatch(name)
                && DateTimeOffset.TryParseExact(made, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                && secret.Length == KeyBytes * 2 && secret.All(char.IsAsciiHexDigit)
                    ? new Key(name, time, Convert.FromHexString(secret))
                    : throw new HeronException(
                        FaultKind.Invalid,
                        $"{path} is damaged: put it back from a backup, or remove the damaged line; what its key signed cannot be fetched any more then"));
        }

        return keys;
    }

    private static void Write(string path, IEnumerable<Key> keys)
    {
        var temporary = path + ".part";
        var text = string.Concat(keys.Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Name} {k.Made:O} {Convert.ToHexStringLower(k.Secret)}\n")));

        // Nobody else's business, from its first byte on.
        File.Delete(temporary);
        new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
        DurableFile.Write(path, temporary, Encoding.UTF8.GetBytes(text));
    }

    private sealed record Key(string Name, DateTimeOffset Made, byte[] Secret);

    [GeneratedRegex(@"\A[0-9a-f]{8}\.[A-Za-z0-9_-]{43}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[0-9a-f]{8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyName();
}
