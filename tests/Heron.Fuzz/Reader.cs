// SPDX-License-Identifier: Apache-2.0
namespace Heron.Fuzz;

/// <summary>Something that reads what others have written.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Refusals">What it throws for input that is wrong.</param>
/// <param name="Seeds">Sound inputs, a letter for each byte.</param>
public sealed record Reader(string Name, Action<byte[]> Read, IReadOnlyList<Type> Refusals, params string[] Seeds)
{
    /// <summary>The name for a command line.</summary>
    public string Word => Name.Replace(' ', '-').Replace("'", "", StringComparison.Ordinal);

    /// <summary>Reads what may be wrong.</summary>
    /// <exception cref="Exception">Anything: the reader does not do what it promises.</exception>
    public void Judge(byte[] input)
    {
        try
        {
            Read(input);
        }
        catch (Exception e) when (Refusals.Any(r => r.IsInstanceOfType(e)))
        {
            if (e.Message.Length == 0)
            {
                throw new InvalidDataException("it is refused without a word", e);
            }
        }
    }
}
