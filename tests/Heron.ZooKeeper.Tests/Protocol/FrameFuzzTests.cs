// SPDX-License-Identifier: Apache-2.0
using Heron.ZooKeeper.Addresses;
using Heron.ZooKeeper.Multi;
using Heron.ZooKeeper.Protocol;
using Heron.ZooKeeper.Tests.Fakes;

namespace Heron.ZooKeeper.Tests.Protocol;

/// <summary>
/// A million inputs: noise, broken frames, lying lengths, in random portions. The decoder may refuse them in one way only, must
/// always come to an end, and must not hold more than a frame.
/// </summary>
public sealed class FrameFuzzTests
{
    private const int Inputs = 1_000_000;
    private const int Seed = 20221;
    private const int MaxFrame = 4096;

    private static readonly Operation[] Operations = [Operation.Create("/a"), Operation.SetData("/a", default), Operation.Delete("/a"), Operation.Check("/b")];
    private static readonly ChrootMap Chroot = new("/root");

    [Fact]
    public void A_million_broken_inputs_are_survived()
    {
        Parallel.For(0, 8, part =>
        {
            var random = new Random(Seed + part);
            byte[][] seeds = Seeds();
            long before = GC.GetAllocatedBytesForCurrentThread();
            int frames = 0;
            for (int i = 0; i < Inputs / 8; i++)
            {
                frames += Feed(random, Input(random, seeds));
            }

            // An average input is far below 1 KiB; buffers of 16 KiB and small objects are all it may cost.
            long perInput = (GC.GetAllocatedBytesForCurrentThread() - before) / (Inputs / 8);
            Assert.InRange(perInput, 0, 64 * 1024);
            Assert.True(frames > 1000, "the fuzzer must get through to the bodies");
        });
    }

    private static int Feed(Random random, byte[] input)
    {
        var reader = new FrameReader(new PortionStream(input, random), MaxFrame);
        int frames = 0;
        try
        {
            while (true)
            {
                Task<ReadOnlyMemory<byte>> next = reader.ReadAsync(CancellationToken.None).AsTask();
                Assert.True(next.IsCompleted);
                Decode(random, next.GetAwaiter().GetResult().Span);
                frames++;
            }
        }
        catch (Exception e) when (e is ZooKeeperException or EndOfStreamException)
        {
            Assert.InRange(reader.Capacity, 0, 2 * 16 * 1024);
        }

        return frames;
    }

    /// <summary>Every kind of body on the same bytes: the server decides what they are.</summary>
    private static void Decode(Random random, ReadOnlySpan<byte> frame)
    {
        int kind = random.Next(8);
        if (kind == 0)
        {
            Handshake.Read(frame);
            return;
        }

        var body = new JuteReader(frame);
        ReplyHeader.Read(ref body);
        _ = kind switch
        {
            1 => (object)body.Stat(),
            2 => (body.Buffer(), body.Stat()),
            3 => (body.Strings(), body.Stat()),
            4 => (body.Acls(), body.Stat()),
            5 => (body.String(), body.Stat()),
            6 => MultiReply.Read(ref body, Operations, Chroot),
            _ => (body.Int(), body.Int(), body.String()),
        };
    }

    private static byte[] Input(Random random, byte[][] seeds)
    {
        if (random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            return noise;
        }

        byte[] input = [.. seeds[random.Next(seeds.Length)], .. seeds[random.Next(seeds.Length)]];
        for (int n = random.Next(4); n > 0; n--)
        {
            int at = random.Next(input.Length);
            switch (random.Next(4))
            {
                case 0:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    input[at] = (byte)random.Next(256);
                    break;
                case 2:
                    input = input[..at];
                    n = 0;
                    break;
                default:
                    // A length field gone mad, wherever one may be.
                    byte[] extreme = random.Next(3) switch { 0 => [0x7f, 0xff, 0xff, 0xff], 1 => [0x80, 0, 0, 0], _ => [0, 0, 0x0f, 0xff] };
                    extreme.AsSpan(0, Math.Min(4, input.Length - at)).CopyTo(input.AsSpan(at));
                    break;
            }

            if (input.Length == 0)
            {
                break;
            }
        }

        return input;
    }

    private static byte[][] Seeds()
    {
        return
        [
            Of(w => { w.Int(0); w.Int(4000); w.Long(7); w.Buffer(new byte[16]); w.Bool(false); }),
            Reply(w => FakePeer.Stat(w, FakePeer.SomeStat)),
            Reply(FakePeer.Body(OpCode.GetData)!),
            Reply(FakePeer.Body(OpCode.GetChildren2)!),
            Reply(FakePeer.Body(OpCode.Create2)!),
            Reply(w => { w.Acls([.. Acl.Open, .. Acl.CreatorAll]); FakePeer.Stat(w, FakePeer.SomeStat); }),
            Reply(w => { w.Int(0); w.Int(3); w.String("/root/event"); }),
            Reply(w =>
            {
                MultiHeader(w, OpCode.Create2, false);
                w.String("/root/a");
                FakePeer.Stat(w, FakePeer.SomeStat);
                MultiHeader(w, OpCode.SetData, false);
                FakePeer.Stat(w, FakePeer.SomeStat);
                MultiHeader(w, OpCode.Delete, false);
                MultiHeader(w, OpCode.Check, false);
                MultiHeader(w, OpCode.Error, true);
            }),
            Reply(w =>
            {
                for (int i = 0; i < 4; i++)
                {
                    MultiHeader(w, OpCode.Error, false);
                    w.Int(i == 2 ? -101 : i < 2 ? 0 : -2);
                }

                MultiHeader(w, OpCode.Error, true);
            }),
        ];

        static void MultiHeader(JuteWriter w, OpCode op, bool done)
        {
            w.Int((int)op);
            w.Bool(done);
            w.Int(-1);
        }

        static byte[] Reply(Action<JuteWriter> body) => Of(w =>
        {
            w.Int(1);
            w.Long(2);
            w.Int(0);
            body(w);
        });

        static byte[] Of(Action<JuteWriter> write)
        {
            var writer = new JuteWriter(100_000);
            write(writer);
            return writer.Finish().Memory.ToArray();
        }
    }

    /// <summary>Hands bytes out in random portions, without ever waiting.</summary>
    private sealed class PortionStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int portion = random.Next(3) == 0 ? random.Next(1, 8) : buffer.Length;
            return new ValueTask<int>(Read(buffer.Span[..Math.Min(portion, buffer.Length)]));
        }
    }
}
