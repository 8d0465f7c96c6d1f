// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Heron.ZooKeeper.Protocol;

/// <summary>Frames that are not part of the request order.</summary>
internal static class ControlFrames
{
    /// <summary>Servers refuse large frames, so watches go in portions of this many bytes of paths.</summary>
    public const int SetWatchesBytes = 128 * 1024;

    public static Frame Ping()
    {
        var writer = new JuteWriter(64);
        writer.Int(SpecialXid.Ping);
        writer.Int((int)OpCode.Ping);
        return writer.Finish();
    }

    public static Frame Auth(ZooKeeperCredential credential)
    {
        var writer = new JuteWriter(credential.Secret.Length + 1024);
        writer.Int(SpecialXid.Auth);
        writer.Int((int)OpCode.Auth);
        writer.Int(0); // auth type
        writer.String(credential.Scheme);
        writer.Buffer(credential.Secret);
        return writer.Finish();
    }

    public static IEnumerable<Frame> SetWatches(long lastZxid, IReadOnlyList<string> data, IReadOnlyList<string> exists, IReadOnlyList<string> children)
    {
        List<string>[] portion = [[], [], []];
        int bytes = 0;
        foreach ((int kind, string path) in data.Select(static p => (0, p)).Concat(exists.Select(static p => (1, p))).Concat(children.Select(static p => (2, p))))
        {
            int size = Encoding.UTF8.GetByteCount(path) + 4;
            if (bytes > 0 && bytes + size > SetWatchesBytes)
            {
                yield return Portion(lastZxid, portion);
                Array.ForEach(portion, static p => p.Clear());
                bytes = 0;
            }

            portion[kind].Add(path);
            bytes += size;
        }

        if (bytes > 0)
        {
            yield return Portion(lastZxid, portion);
        }
    }

    private static Frame Portion(long lastZxid, List<string>[] portion)
    {
        // A single path longer than the portion is legal and must not be lost.
        var writer = new JuteWriter(int.MaxValue);
        writer.Int(SpecialXid.SetWatches);
        writer.Int((int)OpCode.SetWatches);
        writer.Long(lastZxid);
        Array.ForEach(portion, writer.Strings);
        return writer.Finish();
    }
}
