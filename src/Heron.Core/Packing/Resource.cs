namespace Heron.Core.Packing;

/// <summary>What an instance or a container takes.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="Ram">Memory.</param>
/// <param name="Disk">Disk.</param>
public sealed record Resource(double Cpu, ByteAmount Ram, ByteAmount Disk);
