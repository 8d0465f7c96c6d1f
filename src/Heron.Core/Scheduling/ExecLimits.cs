// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Heron.Core.Scheduling;

/// <summary>
/// What Linux lets a program be started with. A container whose executor is given more can never run: the node's kernel
/// answers "Argument list too long", again at every retry and where no user sees it.
/// </summary>
public static class ExecLimits
{
    /// <summary>
    /// The longest argument, and the longest environment variable with its name and the equals sign, in bytes: 32 pages of
    /// 4 KiB with the closing zero (<c>MAX_ARG_STRLEN</c>).
    /// </summary>
    public const int MaxTextBytes = 131_071;

    /// <summary>
    /// The most that all arguments may have together, in bytes. The kernel takes a quarter of the stack's limit, 2 MiB with the
    /// usual 8 MiB, for arguments, environment and a pointer to each; an eighth of that is left to the node's environment.
    /// </summary>
    public const int MaxTotalBytes = (2 * 1024 * 1024 * 7 / 8) - 1;

    private const int PointerBytes = 8;

    /// <summary>Checks the arguments of a container's executor.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, naming what is too long and how long it is.</exception>
    public static void CheckArguments(IReadOnlyList<ExecutorArgument> arguments)
    {
        var total = 0L;
        foreach (var argument in arguments)
        {
            var bytes = Encoding.UTF8.GetByteCount(argument.ToString());
            if (bytes > MaxTextBytes)
            {
                throw TooLong($"the executor's argument --{argument.Flag} would have {Number(bytes)} bytes", MaxTextBytes, argument.Flag);
            }

            total += bytes + 1 + PointerBytes;
        }

        if (total > MaxTotalBytes)
        {
            var longest = arguments.MaxBy(a => a.ToString().Length)!;
            throw TooLong(
                $"the executor's arguments would have {Number(total)} bytes together, most of them in --{longest.Flag}",
                MaxTotalBytes,
                longest.Flag);
        }
    }

    /// <summary>Checks an environment variable of a container.</summary>
    /// <exception cref="HeronException"><see cref="FaultKind.Invalid"/>, naming the variable.</exception>
    public static void CheckVariable(string name, string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(name) + 1 + Encoding.UTF8.GetByteCount(value);
        if (bytes > MaxTextBytes)
        {
            throw TooLong($"the container's environment variable {name} would have {Number(bytes)} bytes", MaxTextBytes, null);
        }
    }

    private static HeronException TooLong(string what, int limit, string? flag) => new(
        FaultKind.Invalid, $"{what}; Linux starts no program with more than {Number(limit)}. {Advice(flag)}");

    private static string Advice(string? flag) => flag switch
    {
        "component-ram-map" => "Use fewer or shorter component names, or set the RAM of fewer components",
        "component-jvm-opts" or "instance-jvm-opts" => "Shorten the JVM options in the topology's settings",
        "classpath" => "Shorten the class path in the topology's settings",
        _ => "Shorten the setting that it comes from",
    };

    private static string Number(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
