// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net.Sockets;
using Heron.ZooKeeper.Protocol;

namespace Heron.ZooKeeper.Tests.Fakes;

/// <summary>The server's side of one connection.</summary>
internal sealed class FakePeer : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly FrameReader _frames;

    public FakePeer(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _frames = new FrameReader(_stream, 16 * 1024 * 1024);
    }

    public static NodeStat SomeStat { get; } = new(1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11);

    /// <summary>The handshake as the client sent it.</summary>
    public (long LastZxid, int Timeout, long SessionId, byte[] Password) Hello { get; private set; }

    public async Task<byte[]> FrameAsync() => (await _frames.ReadAsync(CancellationToken.None)).ToArray();

    /// <summary>Reads the handshake and grants a session.</summary>
    public async Task WelcomeAsync(long sessionId = 0x1234, int? timeout = null)
    {
        await ReadHelloAsync();
        await GrantAsync(timeout ?? Hello.Timeout, sessionId);
    }

    public async Task ReadHelloAsync()
    {
        Hello = Read(await FrameAsync());

        static (long, int, long, byte[]) Read(byte[] frame)
        {
            var reader = new JuteReader(frame);
            Assert.Equal(0, reader.Int());
            (long zxid, int wanted, long id, byte[] password) = (reader.Long(), reader.Int(), reader.Long(), reader.Buffer());
            Assert.False(reader.Bool());
            Assert.Equal(0, reader.Remaining);
            return (zxid, wanted, id, password);
        }
    }

    public Task GrantAsync(int timeout, long sessionId) => SendAsync(w =>
    {
        w.Int(0);
        w.Int(timeout);
        w.Long(sessionId);
        w.Buffer(new byte[16]);
        w.Bool(false);
    });

    /// <summary>The next request that is not a ping; pings are answered.</summary>
    public async Task<FakeRequest> RequestAsync()
    {
        while (true)
        {
            FakeRequest request = FakeRequest.Read(await FrameAsync());
            if (request.Op != OpCode.Ping)
            {
                return request;
            }

            await ReplyAsync(SpecialXid.Ping);
        }
    }

    public Task ReplyAsync(int xid, ErrorCode error = ErrorCode.Ok, long zxid = 1, Action<JuteWriter>? body = null) => SendAsync(w =>
    {
        w.Int(xid);
        w.Long(zxid);
        w.Int((int)error);
        body?.Invoke(w);
    });

    public Task EventAsync(WatchEventType type, string path) => SendAsync(w =>
    {
        w.Int(SpecialXid.WatchEvent);
        w.Long(-1);
        w.Int(0);
        w.Int((int)type);
        w.Int(3);
        w.String(path);
    });

    /// <summary>Answers everything with an empty success until the client hangs up.</summary>
    public async Task ServeAsync(long zxid = 1)
    {
        while (true)
        {
            FakeRequest request = await RequestAsync();
            await ReplyAsync(request.Xid, ErrorCode.Ok, zxid, Body(request.Op));
        }
    }

    public static Action<JuteWriter>? Body(OpCode op) => op switch
    {
        OpCode.Exists or OpCode.SetData or OpCode.SetAcl => w => Stat(w, SomeStat),
        OpCode.GetData => w => StatAfter(w, () => w.Buffer("data"u8)),
        OpCode.Create2 => w => StatAfter(w, () => w.String("/created")),
        OpCode.GetChildren2 => w => StatAfter(w, () => w.Strings(["a", "b"])),
        _ => null,
    };

    public static void Stat(JuteWriter writer, NodeStat stat)
    {
        writer.Long(stat.CreatedZxid);
        writer.Long(stat.ModifiedZxid);
        writer.Long(stat.CreatedAt);
        writer.Long(stat.ModifiedAt);
        writer.Int(stat.Version);
        writer.Int(stat.ChildrenVersion);
        writer.Int(stat.AclVersion);
        writer.Long(stat.EphemeralOwner);
        writer.Int(stat.DataLength);
        writer.Int(stat.ChildCount);
        writer.Long(stat.ChildrenZxid);
    }

    public async Task SendAsync(Action<JuteWriter> write)
    {
        var writer = new JuteWriter(int.MaxValue);
        write(writer);
        Frame frame = writer.Finish();
        await _stream.WriteAsync(frame.Memory);
        frame.Return();
    }

    public async Task SendRawAsync(params byte[] bytes) => await _stream.WriteAsync(bytes);

    public Task SendLengthAsync(int length)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return SendRawAsync(bytes);
    }

    public void Dispose() => _stream.Dispose();

    private static void StatAfter(JuteWriter writer, Action first)
    {
        first();
        Stat(writer, SomeStat);
    }
}
