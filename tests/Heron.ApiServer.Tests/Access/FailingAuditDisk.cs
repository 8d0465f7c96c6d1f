// SPDX-License-Identifier: Apache-2.0
using Heron.ApiServer.Access;

namespace Heron.ApiServer.Tests.Access;

/// <summary>A disk that does not what is asked of it, for as long as a test wants.</summary>
internal sealed class FailingAuditDisk : AuditDisk
{
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;

    /// <summary>What is written arrives by half.</summary>
    public bool IsFull { get; set; }

    /// <summary>Nothing gets another name.</summary>
    public bool RefusesNames { get; set; }

    /// <summary>Nothing new is made.</summary>
    public bool RefusesFiles { get; set; }

    /// <summary>Like a full one, but for another reason.</summary>
    public bool IsReadOnly { get; set; }

    public override Stream Open(string path) => RefusesFiles ? throw Fault(NoSpaceLeft) : base.Open(path);

    public override void Move(string from, string to)
    {
        if (RefusesNames)
        {
            throw new UnauthorizedAccessException("Access to the path is denied.");
        }

        base.Move(from, to);
    }

    public override void Flush(Stream file)
    {
        if (IsFull || IsReadOnly)
        {
            file.SetLength(file.Length - 10);
            throw Fault(IsFull ? NoSpaceLeft : ReadOnlyFileSystem);
        }

        base.Flush(file);
    }

    private static IOException Fault(int number) => new("the disk does not want to", number);
}
