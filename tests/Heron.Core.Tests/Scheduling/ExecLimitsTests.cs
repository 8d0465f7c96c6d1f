// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using Heron.Core.Scheduling;

namespace Heron.Core.Tests.Scheduling;

public sealed class ExecLimitsTests
{
    [Fact]
    public async Task The_limit_of_one_argument_is_that_of_the_kernel()
    {
        using (var fits = Process.Start("/bin/true", [new string('a', ExecLimits.MaxTextBytes)]))
        {
            await fits.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, fits.ExitCode);
        }

        // Kernels with larger pages take more; nodes need not be such machines.
        if (Environment.SystemPageSize == 4096)
        {
            Assert.Throws<Win32Exception>(() => Process.Start("/bin/true", [new string('a', ExecLimits.MaxTextBytes + 1)]));
        }
    }

    [Fact]
    public void An_argument_that_just_fits_is_fine_and_one_byte_more_is_refused_by_name()
    {
        var room = ExecLimits.MaxTextBytes - "--classpath=".Length;
        ExecLimits.CheckArguments([new("classpath", new string('a', room))]);
        var fault = Assert.Throws<HeronException>(() => ExecLimits.CheckArguments([new("classpath", new string('a', room - 1) + "é")]));
        Assert.Equal(FaultKind.Invalid, fault.Kind);
        Assert.Equal(
            "the executor's argument --classpath would have 131,072 bytes; Linux starts no program with more than 131,071. "
            + "Shorten the class path in the topology's settings",
            fault.Message);
    }

    [Fact]
    public void All_arguments_together_are_limited_too_and_the_longest_is_named()
    {
        var many = Enumerable.Range(0, 20).Select(i => new ExecutorArgument($"a{i}", new string('x', 95_000))).ToList();
        ExecLimits.CheckArguments(many[..10]);
        var fault = Assert.Throws<HeronException>(() => ExecLimits.CheckArguments([.. many, new("longest", new string('x', 96_000))]));
        Assert.Contains("together, most of them in --longest; Linux starts no program with more than 1,835,007", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_variable_counts_with_its_name()
    {
        ExecLimits.CheckVariable("NAME", new string('a', ExecLimits.MaxTextBytes - 5));
        var fault = Assert.Throws<HeronException>(() => ExecLimits.CheckVariable("NAME", new string('a', ExecLimits.MaxTextBytes - 4)));
        Assert.Contains("variable NAME would have 131,072 bytes", fault.Message, StringComparison.Ordinal);
    }
}
