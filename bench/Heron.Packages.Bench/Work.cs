// SPDX-License-Identifier: Apache-2.0

/// <summary>Something that clients do with a server, all at once.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Clients">How many connections.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Requests">Requests on each connection.</param>
/// <param name="IsUpload">Whether the bytes go to the server.</param>
/// <param name="Range">Bytes of the file that are asked for; null for all.</param>
/// <param name="IsTls">Whether all of it is encrypted.</param>
internal sealed record Work(string Name, int Clients, long Size, int Requests, bool IsUpload = false, long? Range = null, bool IsTls = false)
{
    private const long Megabyte = 1_000_000;

    public static IReadOnlyList<Work> All { get; } =
    [
        new("fan-out", 64, 200 * Megabyte, 1),
        new("ranges", 256, 200 * Megabyte, 1, Range: 50 * Megabyte),
        new("tls", 16, 100 * Megabyte, 1, IsTls: true),
        new("small", 16, 64 * 1024, 500),
        new("upload", 1, 500 * Megabyte, 1, IsUpload: true),
        new("uploads", 16, 100 * Megabyte, 1, IsUpload: true),
    ];

    public long Bytes => Clients * Requests * (Range ?? Size);
}
