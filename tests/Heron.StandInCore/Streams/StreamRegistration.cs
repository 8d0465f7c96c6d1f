// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Heron.Core.Protobuf;

namespace Heron.StandInCore.Streams;

/// <summary>
/// What a stream manager tells the topology manager: itself and its instances. On the wire one line each, base64 of the
/// physical plan's messages, then an empty line; the connection stays open as long as the stream manager lives.
/// </summary>
public sealed record StreamRegistration(StMgr Manager, IReadOnlyList<Instance> Instances)
{
    /// <summary>The registration of one container of the packing plan.</summary>
    public static StreamRegistration Of(ContainerPlan container, int dataPort, int shellPort)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"stmgr-{container.Id}");
        return new StreamRegistration(
            new StMgr
            {
                Id = id,
                HostName = "127.0.0.1",
                DataPort = dataPort,
                LocalEndpoint = "/unused",
                Cwd = Environment.CurrentDirectory,
                Pid = Environment.ProcessId,
                ShellPort = shellPort,
            },
            [.. container.InstancePlans.Select(i => new Instance
            {
                InstanceId = string.Create(
                    CultureInfo.InvariantCulture, $"container_{container.Id}_{i.ComponentName}_{i.TaskId}"),
                StmgrId = id,
                Info = new InstanceInfo
                {
                    TaskId = i.TaskId, ComponentIndex = i.ComponentIndex, ComponentName = i.ComponentName,
                },
            })]);
    }

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        string.Concat(
            Instances.Select(i => i.ToByteArray()).Prepend(Manager.ToByteArray())
                .Select(b => Convert.ToBase64String(b) + "\n")) + "\n");

    public static async Task<StreamRegistration?> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var lines = new List<byte[]>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                return new StreamRegistration(
                    StMgr.Parser.ParseFrom(lines[0]), [.. lines.Skip(1).Select(Instance.Parser.ParseFrom)]);
            }

            lines.Add(Convert.FromBase64String(line));
        }

        return null;
    }
}
