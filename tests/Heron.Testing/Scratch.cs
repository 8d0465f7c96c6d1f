// SPDX-License-Identifier: Apache-2.0
namespace Heron.Testing;

/// <summary>Folders that a test has used.</summary>
public static class Scratch
{
    /// <summary>Deletes a folder although processes that are just ending may still write there.</summary>
    /// <exception cref="IOException">Somebody goes on writing.</exception>
    public static void Delete(string folder)
    {
        if (!SpinWait.SpinUntil(() => TryDelete(folder), Poll.Limit))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            // Something came or went in the middle.
            return !Directory.Exists(folder);
        }
    }
}
