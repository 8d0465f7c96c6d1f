// SPDX-License-Identifier: Apache-2.0
namespace Heron.Core.Parts;

/// <summary>What is noticed while a configuration is read: all of it is told together, each once.</summary>
public sealed class Findings
{
    private readonly List<string> _mistakes = [];
    private readonly List<string> _warnings = [];

    /// <summary>What has to be put right before the server can start; one line each.</summary>
    public IReadOnlyList<string> Mistakes => _mistakes;

    /// <summary>What looks wrong but does not hinder the start; one line each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Notes a mistake; a text of several lines is several mistakes.</summary>
    public void Mistake(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!_mistakes.Contains(line))
            {
                _mistakes.Add(line);
            }
        }
    }

    /// <summary>Notes a warning.</summary>
    public void Warning(string text)
    {
        if (!_warnings.Contains(text))
        {
            _warnings.Add(text);
        }
    }

    /// <summary>Checks something; what it refuses becomes a mistake.</summary>
    public void Try(Action check) => Try(() =>
    {
        check();
        return true;
    });

    /// <summary>Reads something; what it cannot use becomes a mistake.</summary>
    /// <returns>What was read; the type's default after a mistake.</returns>
    public T? Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (HeronException fault)
        {
            Mistake(fault.Message);
            return default;
        }
    }
}
