// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Heron.Core.Scheduling;

namespace Heron.Operations.Observe.Files;

/// <summary>Chooses the lines of a log that are wanted, in the order in which they stand there.</summary>
internal sealed class LogFilter(LogQuestion question)
{
    // [2026-11-28 19:36:57 +0000] of Java and Python, I20261128 19:36:55.008210 of C++, which writes the node's time: UTC, mostly.
    private const string BracketFormat = "yyyy-MM-dd HH:mm:ss zzz";
    private const string GlogFormat = "yyyyMMdd HH:mm:ss";
    private const int BracketLength = 25;

    private bool _isLate = question.Since is null;
    private bool _isOfOutput = question.Output is null;

    /// <summary>Whether a line is wanted.</summary>
    public bool Takes(string line)
    {
        var time = TimeOf(line);
        if (time is not null)
        {
            _isLate |= time >= question.Since;
            _isOfOutput = question.Instance is null || question.Output switch
            {
                ContainerOutput.Out => line.Contains("[STDOUT]", StringComparison.Ordinal),
                ContainerOutput.Error => line.Contains("[STDERR]", StringComparison.Ordinal),
                _ => true,
            };
        }

        return _isLate
            && (_isOfOutput || question.Instance is null)
            && line.Contains(question.Grep, StringComparison.OrdinalIgnoreCase);
    }

    private static DateTimeOffset? TimeOf(string line)
    {
        if (line.Length > BracketLength && line[0] == '[')
        {
            // .NET wants a colon in the zone.
            var text = string.Concat(line.AsSpan(1, BracketLength - 2), ":", line.AsSpan(BracketLength - 1, 2));
            return DateTimeOffset.TryParseExact(text, BracketFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
        }

        return line.Length > GlogFormat.Length && line[0] is 'I' or 'W' or 'E' or 'F'
            && line.Length > GlogFormat.Length + 1
            && DateTimeOffset.TryParseExact(
                line.AsSpan(1, GlogFormat.Length), GlogFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var glog)
                ? glog
                : null;
    }
}
