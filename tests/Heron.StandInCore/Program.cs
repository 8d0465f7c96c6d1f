// SPDX-License-Identifier: Apache-2.0
using Heron.StandInCore;
using Heron.StandInCore.Executor;
using Heron.StandInCore.Manager;

try
{
    return args switch
    {
        ["executor", .. var rest] => await ExecutorProcess.RunAsync(rest),
        ["tmanager", .. var rest] => await ManagerProcess.RunAsync(rest),
        ["downloader", .. var rest] => await Downloader.RunAsync(rest),
        ["pack", var file, var records] => Packer.Run(file, records),
        _ => throw new RefusedException("usage: executor|tmanager|downloader ..., or pack FILE RECORDS"),
    };
}
catch (RefusedException e)
{
    await Console.Error.WriteLineAsync($"Error: {e.Message}");
    return 2;
}
